/** @typedef {import("./describe.mjs").ElementFacts} ElementFacts */

/**
 * The elements as web types, which JetBrains' editors complete tags, attributes and custom properties from.
 *
 * @see https://github.com/JetBrains/web-types
 * @param {readonly ElementFacts[]} elements
 * @param {string} version the package's
 */
export function webTypes(elements, version) {
  return {
    $schema: "https://json.schemastore.org/web-types",
    name: "@natter/widget",
    version,
    "description-markup": "markdown",
    contributions: { html: { elements: elements.map(contribution) } },
  };
}

/** @param {ElementFacts} element */
function contribution(element) {
  return {
    name: element.tag,
    description: element.description,
    attributes: element.properties.flatMap((property) =>
      property.attribute === undefined
        ? []
        : [
            {
              name: property.attribute,
              description: property.description,
              ...(property.preset !== "" && { default: property.preset }),
              value: valueOf(property),
            },
          ],
    ),
    js: {
      properties: element.properties.map(({ name, type, description }) => ({ name, type, description })),
      events: element.events.map(({ name, description, className }) => ({
        name,
        type: className,
        description,
      })),
    },
    css: {
      properties: element.cssProperties.map(({ name, preset, description }) => ({
        name,
        description: preset === undefined ? description : `${description} (${preset})`,
      })),
      parts: element.parts.map(plain),
    },
    slots: element.slots.map(plain),
  };
}

/** @param {import("./describe.mjs").Property} property */
function valueOf({ type, values }) {
  // In HTML the mere presence of an attribute says yes.
  if (type === "boolean") return { type: "boolean", required: false };
  return { type: values.length > 0 ? values.map((value) => `"${value}"`) : type };
}

/** @param {import("./describe.mjs").Named} named */
function plain({ name, description }) {
  return { name: name === "" ? "default" : name, description };
}
