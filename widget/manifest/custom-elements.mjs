/** @typedef {import("./describe.mjs").ElementFacts} ElementFacts */

/** Where the format is told of, and its version. */
const SCHEMA_VERSION = "2.1.0";

/**
 * The elements as a custom elements manifest, the format that catalogues, Storybook and editors read.
 *
 * @see https://github.com/webcomponents/custom-elements-manifest
 * @param {readonly ElementFacts[]} elements
 */
export function customElements(elements) {
  return {
    schemaVersion: SCHEMA_VERSION,
    readme: "",
    modules: elements.map((element) => {
      const path = `dist/${element.module.replace(/\.ts$/, ".js")}`;
      const { className, tag } = element;
      return {
        kind: "javascript-module",
        path,
        declarations: [declaration(element)],
        exports: [
          { kind: "js", name: className, declaration: { name: className, module: path } },
          { kind: "custom-element-definition", name: tag, declaration: { name: className, module: path } },
        ],
      };
    }),
  };
}

/** @param {ElementFacts} element */
function declaration(element) {
  const { className, tag, summary, description, properties, methods } = element;
  return {
    kind: "class",
    name: className,
    tagName: tag,
    customElement: true,
    summary,
    description,
    superclass: { name: "LitElement", package: "lit" },
    attributes: properties.flatMap(({ name, attribute, type, preset, description }) =>
      attribute === undefined
        ? []
        : [{ name: attribute, fieldName: name, type: { text: type }, ...withDefault(preset), description }],
    ),
    members: [
      ...properties.map(({ name, attribute, type, preset, description, isReflected, isReadonly }) => ({
        kind: "field",
        name,
        privacy: "public",
        type: { text: type },
        ...withDefault(preset),
        description,
        ...(attribute !== undefined && { attribute }),
        ...(isReflected && { reflects: true }),
        ...(isReadonly && { readonly: true }),
      })),
      ...methods.map(({ name, parameters, type, description }) => ({
        kind: "method",
        name,
        privacy: "public",
        parameters: parameters.map(({ name, type, isOptional }) => ({
          name,
          type: { text: type },
          ...(isOptional && { optional: true }),
        })),
        return: { type: { text: type } },
        description,
      })),
    ],
    events: element.events.map(({ name, description, className }) => ({
      name,
      type: { text: className },
      description,
    })),
    // A slot without a name has the empty name.
    slots: element.slots.map(plain),
    cssParts: element.parts.map(plain),
    cssProperties: element.cssProperties.map(({ name, preset = "", description }) => ({
      name,
      ...withDefault(preset),
      description,
    })),
    cssStates: element.states.map(plain),
  };
}

/** @param {import("./describe.mjs").Named} named */
function plain({ name, description }) {
  return { name, description };
}

/** @param {string} preset */
function withDefault(preset) {
  return preset === "" ? {} : { default: preset };
}
