/** A JSON Schema as documents have it. */
export type Schema = Record<string, unknown>;

/**
 * Why a value is not what a schema says, as the path to what is wrong; empty when it is right. It knows the words
 * that our documents use, and throws for others: a word that is not looked at would hold for everything.
 */
export function faults(schema: Schema, value: unknown, root: Schema, path = "$"): string[] {
  const known = Object.keys(schema).filter((word) => !KNOWN.has(word));
  if (known.length > 0) throw new Error(`The checker does not know ${known.join(", ")}.`);
  if (typeof schema["$ref"] === "string") return faults(resolve(schema["$ref"], root), value, root, path);
  if (Array.isArray(schema["oneOf"])) {
    const fitting = (schema["oneOf"] as Schema[]).filter(
      (one) => faults(one, value, root, path).length === 0,
    );
    return fitting.length === 1 ? [] : [`${path} fits ${fitting.length} of oneOf`];
  }
  if ("const" in schema && value !== schema["const"])
    return [`${path} is not ${JSON.stringify(schema["const"])}`];
  if (Array.isArray(schema["enum"]) && !schema["enum"].includes(value))
    return [`${path} is none of its enum`];
  if (typeof schema["type"] === "string" && !isOfType(schema["type"], value))
    return [`${path} is no ${schema["type"]}`];
  if (typeof value === "string") return textFaults(schema, value, path);
  if (typeof value === "number") return numberFaults(schema, value, path);
  if (Array.isArray(value)) {
    return value.flatMap((item, at) =>
      faults((schema["items"] as Schema) ?? {}, item, root, `${path}[${at}]`),
    );
  }
  if (typeof value === "object" && value !== null) return objectFaults(schema, value as Schema, root, path);
  return [];
}

/** What a reference in a document points to. */
export function resolve(ref: string, root: Schema): Schema {
  const found = ref
    .slice(2)
    .split("/")
    .reduce<unknown>((part, name) => (part as Schema | undefined)?.[name], root);
  if (typeof found !== "object" || found === null) throw new Error(`${ref} points to nothing.`);
  return found as Schema;
}

const KNOWN = new Set([
  "$ref",
  "oneOf",
  "const",
  "enum",
  "type",
  "items",
  "properties",
  "required",
  "additionalProperties",
  "pattern",
  "minLength",
  "maxLength",
  "minimum",
  "maximum",
]);

function isOfType(type: string, value: unknown): boolean {
  if (type === "integer") return Number.isInteger(value);
  if (type === "array") return Array.isArray(value);
  if (type === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
  return typeof value === type;
}

function textFaults(schema: Schema, value: string, path: string): string[] {
  const { pattern, minLength = 0, maxLength = Infinity } = schema as Record<string, never>;
  const length = [...value].length;
  const wrong: string[] = [];
  if (length < minLength || length > maxLength) wrong.push(`${path} has ${length} characters`);
  if (typeof pattern === "string" && !new RegExp(pattern, "u").test(value))
    wrong.push(`${path} breaks its pattern`);
  return wrong;
}

function numberFaults(schema: Schema, value: number, path: string): string[] {
  const { minimum = -Infinity, maximum = Infinity } = schema as Record<string, number>;
  return value < minimum || value > maximum ? [`${path} is ${value}`] : [];
}

/** Stricter than JSON Schema: a field that is not described is a fault. */
function objectFaults(schema: Schema, value: Schema, root: Schema, path: string): string[] {
  const properties = schema["properties"] as Record<string, Schema> | undefined;
  const rest = schema["additionalProperties"] as Schema | undefined;
  const missing = ((schema["required"] as string[] | undefined) ?? []).filter(
    (name) => !Object.hasOwn(value, name),
  );
  const wrong = Object.entries(value).flatMap(([name, item]) => {
    const described = properties?.[name] ?? rest ?? (properties ? undefined : {});
    return described
      ? faults(described, item, root, `${path}.${name}`)
      : [`${path}.${name} is not described`];
  });
  return [...missing.map((name) => `${path}.${name} is missing`), ...wrong];
}
