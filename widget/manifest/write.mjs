// `npm run manifest`: writes custom-elements.json and web-types.json anew after the docblocks have changed.
import { writeFileSync } from "node:fs";
import { manifestFiles } from "./files.mjs";

for (const [path, text] of await manifestFiles()) writeFileSync(path, text);
