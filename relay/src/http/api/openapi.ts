import {
  ERRORS,
  HTTP_OPERATIONS,
  HTTP_STATUS,
  errorAnswer,
  type ErrorCode,
  type Fields,
  type HttpOperation,
  type PathParameter,
} from "@natter/sdk/protocol";
import type { GenericSchema } from "valibot";
import { jsonSchemaOf, jsonSchemaOfNamed, type JsonSchema, type NameOf } from "./json-schema.ts";

/** Where the document itself is. */
export const OPENAPI_PATH = "/v1/openapi.json";

/** What everything may be refused with. */
export const COMMON_REFUSALS = [
  "invalid",
  "forbidden",
  "rate-limited",
  "unavailable",
  "internal",
] as const satisfies ErrorCode[];

/** And what needs a token. */
export const TOKEN_REFUSALS = ["unauthorized", "token-expired"] as const satisfies ErrorCode[];

const PARAMETERS: Record<PathParameter, JsonSchema> = {
  room: { description: "The room's name, percent-encoded.", schema: { type: "string" } },
  seq: { description: "The message's place.", schema: { type: "integer", minimum: 1 } },
  user: { description: "The user's id, percent-encoded.", schema: { type: "string" } },
  token: { description: "The token's `jti`, percent-encoded.", schema: { type: "string" } },
};

/** The OpenAPI document of the HTTP API, made of the schemas that requests are checked by. Pure. */
export function openApi(version: string): JsonSchema {
  const named = namedSchemas();
  const names = new Map([...named].map(([name, schema]) => [schema, name]));
  const nameOf: NameOf = (schema) => names.get(schema);
  const paths: Record<string, JsonSchema> = {};
  for (const [id, operation] of Object.entries<HttpOperation>(HTTP_OPERATIONS)) {
    const { method, path } = operation;
    paths[path] = { ...paths[path], [method.toLowerCase()]: describe(id, operation, nameOf) };
  }
  const schemas = [...named].map(([name, schema]) => [name, jsonSchemaOfNamed(schema, nameOf)] as const);
  return {
    openapi: "3.1.0",
    info: {
      title: "Natter relay",
      version,
      description:
        "Rooms over HTTP. Every call but `makeGuest` needs a JWT as `Authorization: Bearer …`. " +
        "Refusals are `{error: {code, message}}`, with the codes of the wire.",
      license: { name: "MIT", identifier: "MIT" },
    },
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer", bearerFormat: "JWT" } },
      schemas: Object.fromEntries(schemas),
    },
  };
}

function describe(id: string, operation: HttpOperation, nameOf: NameOf): JsonSchema {
  const { summary, right, body, isBodyOptional = false } = operation;
  const isOpen = right === "guest" || right === "anybody";
  return {
    operationId: id,
    summary,
    description: rightSentence(right),
    ...(isOpen && { security: [] }),
    parameters: [...pathParameters(operation.path), ...queryParameters(operation.query, nameOf)],
    ...(body && {
      requestBody: { required: !isBodyOptional, content: json(body, nameOf) },
    }),
    responses: { ...answersOf(operation, nameOf), ...refusalsOf(operation, nameOf) },
  };
}

/** Who may, as a sentence. */
export function rightSentence(right: HttpOperation["right"]): string {
  if (right === "anybody") return "Open to everybody.";
  if (right === "guest") return "Where guests are allowed; limited for each address.";
  if (right === "app-admin") return 'Needs the role `admin` for all rooms: `{"*": "admin"}`.';
  const verbs = typeof right === "string" ? [right] : right;
  return `Needs ${verbs.map((verb) => `\`${verb}\``).join(" or ")} in the room.`;
}

/** The names of a path's parameters, in their order. */
export function parametersIn(path: string): PathParameter[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as PathParameter);
}

function pathParameters(path: string): JsonSchema[] {
  return parametersIn(path).map((name) => ({ name, in: "path", required: true, ...PARAMETERS[name] }));
}

function queryParameters(query: Fields | undefined, nameOf: NameOf): JsonSchema[] {
  return Object.entries(query?.entries ?? {}).map(([name, schema]) => ({
    name,
    in: "query",
    required: schema.type !== "exact_optional",
    schema: jsonSchemaOf(schema as GenericSchema, nameOf),
  }));
}

function answersOf({ answers }: HttpOperation, nameOf: NameOf): JsonSchema {
  const told = Object.entries(answers).map(([status, { what, body }]) => [
    status,
    { description: what, content: json(body, nameOf) },
  ]);
  return Object.fromEntries(told) as JsonSchema;
}

/** The refusals of an operation by their status: several codes can have one. */
function refusalsOf(operation: HttpOperation, nameOf: NameOf): JsonSchema {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of refusalCodes(operation)) {
    const status = HTTP_STATUS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  if (operation.body) byStatus.set(415, ["invalid"]);
  const told = [...byStatus].map(([status, codes]) => [
    String(status),
    {
      description: codes.map((code) => `\`${code}\`: ${ERRORS[code].meaning}`).join(" "),
      ...(status === 429 || status === 503 ? { headers: RETRY_AFTER } : {}),
      content: json(errorAnswer, nameOf),
    },
  ]);
  return Object.fromEntries(told) as JsonSchema;
}

const RETRY_AFTER = {
  "Retry-After": { description: "Seconds to wait.", schema: { type: "integer", minimum: 1 } },
};

/** Every code that an operation can be refused with. */
export function refusalCodes({ path, right, body, refusals = [] }: HttpOperation): ErrorCode[] {
  const isOpen = right === "guest" || right === "anybody";
  const codes: ErrorCode[] = [
    ...COMMON_REFUSALS,
    ...(isOpen ? [] : TOKEN_REFUSALS),
    ...(path.includes("{room}") ? (["bad-room"] as const) : []),
    ...(body ? (["too-large"] as const) : []),
    ...refusals,
  ];
  return [...new Set(codes)];
}

function json(schema: GenericSchema, nameOf: NameOf): JsonSchema {
  return { "application/json": { schema: jsonSchemaOf(schema, nameOf) } };
}

/** The bodies that stand under a name of their own: what operations take and answer. */
function namedSchemas(): Map<string, GenericSchema> {
  const named = new Map<string, GenericSchema>([["Error", errorAnswer]]);
  const names = new Map<GenericSchema, string>([[errorAnswer, "Error"]]);
  const add = (name: string, schema: GenericSchema): void => {
    if (names.has(schema)) return;
    names.set(schema, name);
    named.set(name, schema);
  };
  for (const [id, { answers, body }] of Object.entries<HttpOperation>(HTTP_OPERATIONS)) {
    const name = id[0]?.toUpperCase() + id.slice(1);
    if (body) add(`${name}Request`, body);
    for (const [status, answer] of Object.entries(answers)) {
      const isShared = answer.body === HTTP_OPERATIONS.postMessage.answers[201].body;
      add(isShared ? "Stored" : `${name}Answer${Object.keys(answers).length > 1 ? status : ""}`, answer.body);
    }
  }
  return named;
}
