// The site under measurement: one page, the element as pages load it, and a room without a relay.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { rollup } from "rollup";

/** @param {string} path */
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const BUNDLE = here("../../widget/dist/bundle/chat-room.js");
const PAGE = { "/page.js": "page/page.js", "/room.js": "page/room.js", "/": "page/index.html" };

/**
 * Serves the site on a free port of this machine.
 *
 * @param {boolean} isReadable with the names of functions as they were written, for profiles
 */
export async function startSite(isReadable) {
  /** @type {Map<string, string>} */
  const files = new Map(Object.entries(PAGE).map(([path, file]) => [path, readFileSync(here(file), "utf8")]));
  files.set("/chat-room.js", isReadable ? await readableBundle() : readFileSync(BUNDLE, "utf8"));
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://site");
    const file = files.get(pathname);
    const type = pathname.endsWith(".js") ? "text/javascript" : "text/html; charset=utf-8";
    response.writeHead(file === undefined ? 204 : 200, { "content-type": type }).end(file);
  });
  await new Promise((listening) => void server.listen(0, "127.0.0.1", () => listening(undefined)));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function readableBundle() {
  const bundle = await rollup({
    input: here("../../widget/dist/index.js"),
    plugins: [nodeResolve({ browser: true, exportConditions: ["production"] })],
  });
  const { output } = await bundle.generate({ format: "es", inlineDynamicImports: true });
  await bundle.close();
  return output[0].code;
}
