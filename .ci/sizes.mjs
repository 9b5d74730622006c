// Checks every budget in .size-limit.json and the size column of README: `node .ci/sizes.mjs [--write]`. Needs a build.
// --write rewrites the column; budgets are only ever changed by hand, with a reason.
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { bundles, doors, moduleParts, modules } from "./doors.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const write = process.argv.includes("--write");
const readmeFile = join(root, "README.md");
const failures = [];

const budgets = JSON.parse(readFileSync(join(root, ".size-limit.json"), "utf8"));
const budgetNames = new Set(budgets.map((budget) => budget.name));
const wanted = [
  ...Object.keys(doors).map((door) => `busbar/${door}`),
  ...[...Object.keys(bundles), ...[...Object.keys(modules), ...moduleParts].map((name) => `${name}.min.js`)].flatMap(
    (file) => [`client/${file}`, `client/${file} (gzip)`],
  ),
];
const isPart = (name) => moduleParts.includes(name.replace(/^client\/|\.min\.js$/g, ""));
for (const name of wanted) if (!budgetNames.has(name)) failures.push(`.size-limit.json has no budget for ${name}`);

// size-limit exits 1 over budget, with the same JSON on standard output.
const run = promisify(execFile);
const { stdout } = await run("npx", ["size-limit", "--json"], { cwd: root, maxBuffer: 1 << 24 }).catch(
  (error) => error,
);
const start = stdout.indexOf("[");
if (start < 0) throw new Error(`size-limit printed no result: ${stdout}`);
const results = JSON.parse(stdout.slice(start));
const bytesOf = new Map(results.map((result) => [result.name, result.size]));
for (const { name, passed, size, sizeLimit } of results)
  if (passed === false)
    failures.push(`${name} is ${size} bytes, over its budget${sizeLimit ? ` of ${sizeLimit}` : ""}`);

const kB = (bytes) => (bytes === undefined ? "?" : `${(Math.ceil(bytes / 100) / 10).toFixed(1)} kB`);

/** A README row names its import in the first cell; the last cell is ours. */
function withSizes(readme) {
  return readme
    .split("\n")
    .map((line) => {
      const cell = /^\| `((?:busbar|client)\/[^`]+)`/.exec(line);
      if (cell === null) return line;
      const size = bytesOf.get(cell[1]);
      if (size === undefined) return line;
      const gzip = bytesOf.get(`${cell[1]} (gzip)`);
      const text = gzip === undefined ? kB(size) : `${size.toLocaleString("en-US")} B, ${kB(gzip)} gzip`;
      return line.replace(/\|[^|]*\|$/, `| ${text} |`);
    })
    .join("\n");
}

const readme = readFileSync(readmeFile, "utf8");
const fresh = withSizes(readme);
for (const name of wanted.filter((name) => !name.endsWith("(gzip)") && !isPart(name)))
  if (!readme.includes(`| \`${name}\``)) failures.push(`README's table of pieces has no row for ${name}`);
if (write) writeFileSync(readmeFile, fresh);
else if (fresh !== readme) failures.push("README's size column is out of date: run `npm run sizes`");

for (const failure of failures) console.error(failure);
console.log(failures.length === 0 ? `${results.length} sizes within budget` : `${failures.length} size problems`);
process.exitCode = failures.length === 0 ? 0 : 1;
