import type { GenericSchema } from "valibot";

/** A JSON Schema (draft 2020-12), as far as ours need it. */
export type JsonSchema = Record<string, unknown>;

/** The name under which a schema stands by itself, and is only referred to elsewhere. */
export type NameOf = (schema: GenericSchema) => string | undefined;

/**
 * Writes a valibot schema as JSON Schema, for documents. It knows the shapes that the wire is made of; one that it
 * does not know is a mistake here, and never a gap in a document.
 *
 * @throws Error for a shape that it does not know
 */
export function jsonSchemaOf(schema: GenericSchema, nameOf: NameOf = () => undefined): JsonSchema {
  const name = nameOf(schema);
  return name === undefined ? describe(schema, nameOf) : { $ref: `#/components/schemas/${name}` };
}

/** The same, written out even where it has a name. */
export function jsonSchemaOfNamed(schema: GenericSchema, nameOf: NameOf): JsonSchema {
  return describe(schema, nameOf);
}

/** What valibot keeps of a schema, or of a step of its pipe. */
type Part = GenericSchema & {
  readonly type: string;
  readonly pipe?: readonly Step[];
  readonly entries?: Readonly<Record<string, GenericSchema>>;
  readonly item?: GenericSchema;
  readonly value?: GenericSchema;
  readonly wrapped?: GenericSchema;
  readonly literal?: unknown;
  readonly options?: readonly unknown[];
};

interface Step {
  readonly kind: string;
  readonly type: string;
  readonly requirement?: unknown;
  readonly metadata?: JsonSchema;
}

function describe(part: Part, nameOf: NameOf): JsonSchema {
  if (!part.pipe) return base(part, nameOf);
  const [first, ...steps] = part.pipe;
  const start = base(first as unknown as Part, nameOf);
  return steps.reduce<JsonSchema>((schema, step) => ({ ...schema, ...constraint(step, start) }), start);
}

function base(part: Part, nameOf: NameOf): JsonSchema {
  if (part.pipe) return describe(part, nameOf);
  switch (part.type) {
    case "string":
    case "number":
    case "boolean":
      return { type: part.type };
    case "unknown":
      return {};
    case "custom":
      // The one there is: a JSON object of the app's own.
      return { type: "object" };
    case "literal":
      return { const: part.literal };
    case "picklist":
      return { type: "string", enum: part.options };
    case "array":
      return { type: "array", items: jsonSchemaOf(part.item as GenericSchema, nameOf) };
    case "record":
      return {
        type: "object",
        additionalProperties: jsonSchemaOf(part.value as GenericSchema, nameOf),
      };
    case "variant":
      return { oneOf: (part.options as readonly GenericSchema[]).map((one) => jsonSchemaOf(one, nameOf)) };
    case "object":
      return objectOf(part.entries ?? {}, nameOf);
    case "exact_optional":
      return jsonSchemaOf(part.wrapped as GenericSchema, nameOf);
    default:
      throw new Error(`There is no JSON Schema for ${part.type}.`);
  }
}

function objectOf(entries: Readonly<Record<string, GenericSchema>>, nameOf: NameOf): JsonSchema {
  const fields = Object.entries(entries);
  const required = fields.filter(([, field]) => field.type !== "exact_optional").map(([name]) => name);
  return {
    type: "object",
    properties: Object.fromEntries(fields.map(([name, field]) => [name, jsonSchemaOf(field, nameOf)])),
    ...(required.length > 0 && { required }),
  };
}

/** What a step of a pipe adds; checks that are functions cannot be told, but by the metadata beside them. */
function constraint({ type, requirement, metadata }: Step, start: JsonSchema): JsonSchema {
  switch (type) {
    case "min_value":
      return { minimum: requirement };
    case "max_value":
      return { maximum: requirement };
    case "non_empty":
      return { minLength: 1 };
    case "min_length":
      return { minLength: requirement };
    // Counted in UTF-16 units, which are never fewer than the characters that JSON Schema counts.
    case "max_length":
      return { maxLength: requirement };
    case "regex":
      return { pattern: (requirement as RegExp).source };
    case "safe_integer":
      return { type: "integer" };
    case "metadata":
      return metadata ?? {};
    case "finite":
    case "check":
    case "transform":
      return start["type"] === undefined ? {} : { type: start["type"] };
    default:
      throw new Error(`There is no JSON Schema for the step ${type}.`);
  }
}
