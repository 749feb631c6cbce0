import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { markedBlocks } from "../docs/markdown.ts";

const PAGE = fileURLToPath(new URL("../../docs/EMBEDDING.md", import.meta.url));

/** The strict policy that docs/EMBEDDING.md promises is enough, for the relay at an address, as a header. */
export function documentedPolicy(relay: string): string {
  const [block] = markedBlocks(readFileSync(PAGE, "utf8"), "policy");
  if (!block?.code.includes("default-src 'none'"))
    throw new Error("docs/EMBEDDING.md shows no strict policy.");
  return block.code
    .replaceAll("wss://relay.example", relay.replace("http", "ws"))
    .replaceAll("https://relay.example", relay)
    .replaceAll("\n", " ");
}
