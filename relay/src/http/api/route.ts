import { HTTP_OPERATIONS, type HttpOperation, type OperationId } from "@natter/sdk/protocol";

/** An address that is one of ours: what can be done there, and the parts of it that vary, as they were written. */
export interface Route {
  operations: ReadonlyMap<string, OperationId>;
  raw: Readonly<Record<string, string>>;
}

interface Template {
  parts: readonly string[];
  operations: Map<string, OperationId>;
}

const TEMPLATES = templates();

/**
 * Finds what an address stands for. It is divided before it is decoded, so that a room's name can hold a slash.
 *
 * @param path as it came, percent-encoded
 */
export function routeOf(path: string): Route | undefined {
  const parts = path.split("/");
  for (const template of TEMPLATES) {
    const raw = match(template.parts, parts);
    if (raw) return { operations: template.operations, raw };
  }
  return undefined;
}

/** Patterns of all addresses, as the source of a regular expression. */
export const API_PATHS = TEMPLATES.map(({ parts }) =>
  parts.map((part) => (part.startsWith("{") ? "[^/]+" : part)).join("/"),
).join("|");

function match(template: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  if (template.length !== parts.length) return undefined;
  const raw: Record<string, string> = {};
  for (const [at, wanted] of template.entries()) {
    const part = parts[at] ?? "";
    if (wanted.startsWith("{") && part !== "") raw[wanted.slice(1, -1)] = part;
    else if (wanted !== part) return undefined;
  }
  return raw;
}

function templates(): Template[] {
  const byPath = new Map<string, Template>();
  for (const [id, { path, method }] of Object.entries<HttpOperation>(HTTP_OPERATIONS)) {
    const template = byPath.get(path) ?? { parts: path.split("/"), operations: new Map() };
    template.operations.set(method, id as OperationId);
    byPath.set(path, template);
  }
  return [...byPath.values()];
}
