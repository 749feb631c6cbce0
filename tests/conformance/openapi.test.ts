import { HTTP_OPERATIONS, type HttpOperation, type OperationId } from "@natter/sdk/protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { faults, resolve, type Schema } from "../support/json-schema.ts";
import { RawClient, tokenFor } from "../support/raw-client.ts";
import { startRelay, type Running } from "./relay.ts";

let running: Running;
let document: Schema;

beforeAll(async () => {
  running = await startRelay({ guests: "on" });
  document = (await (await fetch(`${running.url}/v1/openapi.json`)).json()) as Schema;
});
afterAll(() => running.relay.close());

const ADMIN = tokenFor("root", { rooms: { "*": "admin" } });

interface Described {
  operationId: string;
  parameters: { name: string; in: string; required: boolean; schema: Schema }[];
  requestBody?: { required: boolean; content: Record<string, { schema: Schema }> };
  responses: Record<string, { content: Record<string, { schema: Schema }> }>;
  security?: unknown[];
}

function described(id: OperationId): Described {
  const { path, method } = HTTP_OPERATIONS[id];
  const paths = document["paths"] as Record<string, Record<string, Described>>;
  const found = paths[path]?.[method.toLowerCase()];
  if (!found) throw new Error(`${id} is not described.`);
  return found;
}

const IDS = Object.keys(HTTP_OPERATIONS) as OperationId[];

interface Example {
  path?: Record<string, string>;
  query?: Record<string, string>;
  body?: object;
  /** Asked twice, it is answered so the second time. */
  again?: number;
}

/** Every operation once, in an order in which each succeeds. */
const EXAMPLES: Record<OperationId, Example> = {
  makeGuest: { body: { name: "Ann", key: "a-key-of-a-browser" } },
  postMessage: {
    path: { room: "a/b" },
    body: {
      id: "1",
      text: "hi",
      data: { a: [1] },
      as: { id: "bot", name: "Bot", picture: "https://example.org/" },
    },
    again: 200,
  },
  editMessage: { path: { room: "own", seq: "1" }, body: { id: "2", text: "ho" } },
  configureRoom: { path: { room: "a/b" }, body: { id: "3", title: "T", slowMode: 5, locked: true } },
  moderate: {
    path: { room: "a/b" },
    body: { id: "4", action: "mute", user: "ann", for: 60, reason: "loud" },
    again: 200,
  },
  pinMessage: { path: { room: "full", seq: "1" }, body: { id: "6", on: true }, again: 200 },
  readApp: {},
  readRestrictions: { path: { room: "full" } },
  listRestrictions: { query: { after: "", limit: "2" } },
  listRooms: { query: { after: "", limit: "2", search: "f" } },
  readRoom: { path: { room: "a/b" } },
  listMessages: { path: { room: "full" }, query: { before: "1000", limit: "100" } },
  listEvents: { path: { room: "full" }, query: { after: "0", limit: "100", epoch: "" } },
  listMembers: { path: { room: "full" }, query: { after: "", limit: "10" } },
  deleteMessage: { path: { room: "a/b", seq: "1" }, query: { id: "5", reason: "spam" } },
  disconnectUser: { path: { user: "nobody" } },
  revokeUser: { path: { user: "nobody" } },
  revokeToken: { path: { token: "abc" }, body: { expires: 1_900_000_000_000 } },
  forgetUser: { path: { user: "nobody/at all" } },
  readAudit: {
    query: { before: "100", limit: "50", action: "mute", room: "full", user: "bob", by: "ann" },
  },
  deleteRoom: { path: { room: "a/b" } },
};

async function ask(id: OperationId, example: Example, token: string | undefined = ADMIN): Promise<Response> {
  const { method, path } = HTTP_OPERATIONS[id];
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(example.path?.[name] ?? "x"),
  );
  const query = example.query ? `?${new URLSearchParams(example.query).toString()}` : "";
  return fetch(`${running.url}${filled}${query}`, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(example.body && { "content-type": "application/json" }),
    },
    ...(example.body && { body: JSON.stringify(example.body) }),
  });
}

async function check(id: OperationId, answer: Response): Promise<void> {
  const told = described(id).responses[String(answer.status)];
  expect(told, `${id} does not describe its status ${answer.status}`).toBeDefined();
  const body: unknown = await answer.json();
  const schema = told?.content["application/json"]?.schema ?? {};
  expect(faults(schema, body, document), `${id} ${answer.status}: ${JSON.stringify(body)}`).toEqual([]);
}

describe("the OpenAPI document", () => {
  test("is public, and whole: what it refers to is there", async () => {
    const answer = await fetch(`${running.url}/v1/openapi.json`);
    expect(answer.headers.get("content-type")).toContain("application/json");
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(document["openapi"]).toBe("3.1.0");
    for (const [, ref = ""] of JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)) {
      expect(() => resolve(ref, document), ref).not.toThrow();
    }
  });

  test("describes every operation that is served, and serves every one that is described", () => {
    const paths = document["paths"] as Record<string, Record<string, Described>>;
    const told = Object.values(paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    expect(told.toSorted()).toEqual(IDS.toSorted());
    for (const id of IDS) {
      const names = described(id)
        .parameters.filter((each) => each.in === "path")
        .map(({ name }) => `{${name}}`);
      expect(names).toEqual(HTTP_OPERATIONS[id].path.match(/\{\w+\}/g) ?? []);
    }
  });

  test("names no schema that nobody uses", () => {
    const { schemas } = document["components"] as { schemas: Record<string, Schema> };
    const text = JSON.stringify(document);
    const unused = Object.keys(schemas).filter((name) => !text.includes(`#/components/schemas/${name}"`));
    expect(unused).toEqual([]);
  });
});

describe("[HTTP9] walked, operation by operation, against a relay", () => {
  test("each request that it allows is answered as it says", async () => {
    await ask("postMessage", { path: { room: "own" }, body: { text: "mine" } });
    await fillRoom();
    const order = Object.keys(EXAMPLES) as OperationId[];
    expect(order.toSorted()).toEqual(IDS.toSorted());
    const { epoch } = (await (await ask("readRoom", EXAMPLES.readRoom)).json()) as { epoch: string };
    for (const id of order) {
      const example = EXAMPLES[id];
      if (example.query && "epoch" in example.query) example.query["epoch"] = epoch;
      const { requestBody, parameters } = described(id);
      if (example.body) {
        const schema = requestBody?.content["application/json"]?.schema ?? {};
        expect(faults(schema, example.body, document), id).toEqual([]);
      }
      const query = parameters.filter((each) => each.in === "query").map(({ name }) => name);
      expect(Object.keys(example.query ?? {}).toSorted(), id).toEqual(query.toSorted());
      const answer = await ask(id, example);
      expect(answer.status, `${id}: ${await answer.clone().text()}`).toBeLessThan(300);
      await check(id, answer);
      if (example.again === undefined) continue;
      const again = await ask(id, example);
      expect(again.status).toBe(example.again);
      await check(id, again);
    }
  });

  /** A room with an event of every kind, and somebody in it. */
  async function fillRoom(): Promise<void> {
    const ann = await RawClient.enter(running.url, "ann", {
      rooms: { "*": "moderator" },
      picture: "https://example.org/a.png",
    });
    const room = "full";
    await ann.ask({ type: "join", room });
    let id = 0;
    const write = (packet: object): Promise<unknown> => ann.ask({ room, id: `w${++id}`, ...packet } as never);
    await write({ type: "post", text: "one", data: { a: { b: 1 } } });
    await write({ type: "post", text: "two", reply: 1 });
    await write({ type: "edit", target: 1, text: "changed" });
    await write({ type: "react", target: 1, emoji: "👍", on: true });
    await write({ type: "pin", target: 1, on: true });
    await write({ type: "delete", target: 2, reason: "mistake" });
    await write({ type: "moderate", action: "mute", user: "bob", for: 60, reason: "loud" });
    await write({ type: "configure", title: "Full", slowMode: 1 });
  }

  test.each(IDS)(
    "%s is refused as it says: without a token, with too few rights, with rubbish",
    async (id) => {
      const operation: HttpOperation = HTTP_OPERATIONS[id];
      const rubbish = { ...EXAMPLES[id], query: { rubbish: "1" }, ...(operation.body && { body: [] }) };
      const wrongRoom = { ...EXAMPLES[id], path: { ...EXAMPLES[id].path, room: "\n" } };
      const answers = [
        await ask(id, rubbish),
        ...(operation.path.includes("{room}") ? [await ask(id, wrongRoom)] : []),
      ];
      if (operation.right !== "guest") {
        const nobody = tokenFor("eve", { rooms: {} });
        const unnamed = { ...EXAMPLES[id], path: { room: "x", seq: "1", user: "x", token: "x" } };
        answers.push(await ask(id, unnamed, "x.y.z"), await ask(id, unnamed, nobody));
        expect(answers.slice(-2).map(({ status }) => status)).toEqual([401, 403]);
      }
      for (const answer of answers) {
        expect(answer.status).toBeGreaterThanOrEqual(400);
        await check(id, answer);
      }
    },
  );

  test.each(IDS.filter((id) => "body" in HTTP_OPERATIONS[id]))(
    "%s takes what its schema takes of a body, and nothing else",
    async (id) => {
      const schema = described(id).requestBody?.content["application/json"]?.schema ?? {};
      const { body = {} } = EXAMPLES[id];
      for (const name of Object.keys(body)) {
        for (const value of [null, 7.5, -1, "", [], {}, true]) {
          const fresh = "id" in body && { id: `t${Math.random()}`.replace(".", "") };
          const changed = { ...body, ...fresh, [name]: value };
          if (faults(schema, changed, document).length === 0) continue;
          const answer = await ask(id, { ...EXAMPLES[id], body: changed });
          expect(answer.status, `${id} ${name}: ${JSON.stringify(value)}`).toBe(400);
        }
      }
    },
  );
});
