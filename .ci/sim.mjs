// Simulations of live sessions beyond those of the test command: `npm run sim -- --seeds 100000 [--from 10000] [--jobs 2]`.
import { spawn } from "node:child_process";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const { values } = parseArgs({
  options: { seeds: { type: "string" }, from: { type: "string" }, jobs: { type: "string" } },
});
const whole = (text, otherwise) => {
  const number = Number(text ?? otherwise);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  console.error("--seeds, --from and --jobs take whole numbers");
  process.exit(2);
};
const seeds = whole(values.seeds, 1000);
const from = whole(values.from, 0);
const jobs = Math.min(Math.max(1, whole(values.jobs, 1)), Math.max(1, seeds));

const outfile = resolve(root, "dist/sim/run/cli.mjs"); // as deep as its source, which finds the client from where it stands
await build({
  entryPoints: [resolve(root, "test/live/sim/cli.ts")],
  ...{ outfile, bundle: true, platform: "node", format: "esm", packages: "external", logLevel: "error" },
});

const each = Math.ceil(seeds / jobs);
const codes = await Promise.all(
  Array.from({ length: jobs }, (_, job) => {
    const first = from + job * each;
    const count = Math.min(each, from + seeds - first);
    if (count <= 0) return 0;
    return new Promise((done) => {
      const child = spawn(process.execPath, [outfile, first, count], { cwd: root, stdio: "inherit" });
      child.on("exit", (code) => done(code ?? 1));
    });
  }),
);
process.exitCode = Math.max(...codes);
