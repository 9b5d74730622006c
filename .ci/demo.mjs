// The showcase: `npm run demo [-- --host fastify|koa|node] [--port N] [--data DIR] [--redis URL]`. Builds what it needs first, unless that is newer than its sources.
import { spawn } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const built = resolve(root, "dist/patterns/main.js"); // what a build writes last
const main = resolve(root, "dist/showcase/main.js");

const timeOf = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs;

function newestSource() {
  const files = ["package.json", "rollup.config.mjs"].map((name) => resolve(root, name));
  for (const folder of [".ci", "lib", "client", "adapters", "examples"]) {
    for (const path of readdirSync(resolve(root, folder), { recursive: true })) files.push(resolve(root, folder, path));
  }
  return Math.max(...files.map((path) => timeOf(path) ?? 0));
}

function build() {
  const rollup = resolve(root, "node_modules/rollup/dist/bin/rollup");
  return new Promise((done) => {
    const child = spawn(process.execPath, [rollup, "-c", "--silent"], {
      cwd: root,
      stdio: "inherit",
      env: { ...process.env, BUSBAR_PROGRESS: "1" },
    });
    child.on("error", () => done(1));
    child.on("exit", (code) => done(code ?? 1));
  });
}

if ((timeOf(built) ?? 0) < newestSource()) {
  const started = performance.now();
  console.log("building the package and the showcase (some 20 s, once)...");
  const code = await build();
  if (code !== 0) process.exit(code);
  console.log(`built in ${((performance.now() - started) / 1000).toFixed(0)} s`);
}
process.argv[1] = main; // what it starts a second process by
await import(pathToFileURL(main).href); // reads the same options, and prints its address
