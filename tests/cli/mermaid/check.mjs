// Paths of Mermaid texts in, one line for each out: its path and what Mermaid says it is, or why it is none. Exit status 1 then.
import { readFileSync } from "node:fs";
import { JSDOM } from "jsdom";

// Mermaid is made for browsers.
globalThis.window = new JSDOM("").window;
globalThis.document = globalThis.window.document;
const { default: mermaid } = await import("mermaid");

for (const path of process.argv.slice(2)) {
  try {
    const { diagramType } = await mermaid.parse(readFileSync(path, "utf8"));
    console.log(`${path}: ${diagramType}`);
  } catch (problem) {
    process.exitCode = 1;
    console.log(`${path}: ${problem.message}`);
  }
}
