// The test command: runs every stage, also after a failure, and ends with `N passed, N failed`. In two chains, for two cores.
// `node .ci/test.mjs [stage...]` runs only the named ones.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const scratch = mkdtempSync(join(tmpdir(), "busbar-test-"));

const check = (name, ...command) => ({ name, command });
const suite = (name, ...options) => ({
  name,
  command: ["npx", "vitest", "run", ...options],
  report: join(scratch, `${name}.json`),
});

// Two chains, each in its order, side by side: much of a suite is waiting, for children, sockets, pages and frames, and two cores are to be
// busy. `build` comes first; what stands in the other chain and needs the built package waits for it.
const afterBuild = (stage) => ({ ...stage, needsBuild: true });
const chains = [
  [
    check("build", "npx", "rollup", "-c", "--silent"),
    check("API reports", "node", ".ci/api.mjs"),
    check("types of the examples", "npx", "tsc", "-p", "examples/tsconfig.json"),
    check("sizes", "node", ".ci/sizes.mjs"),
    check("types of the tests", "node", ".ci/types.mjs", "-p", "test/tsconfig.json"),
    suite("unit", "--project", "unit", "--project", "dom", "--coverage"),
  ],
  [
    check("lint", "npx", "biome", "check", "."),
    check("types of the shipped code", "npx", "tsc", "-p", "tsconfig.json"),
    suite("types", "--project", "types"),
    afterBuild(suite("browser", "--project", "browser")),
    afterBuild(suite("pack", "--project", "pack")),
    suite("heavy", "--project", "heavy", "--project", "alone"),
  ],
];

function run({ command, report }) {
  const [program, ...options] = command;
  const reporters =
    report === undefined ? [] : ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  return new Promise((done) => {
    const child = spawn(program, [...options, ...reporters], {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs20.x", npm_config_update_notifier: "false" },
    });
    child.on("error", () => done(1));
    child.on("exit", (code) => done(code ?? 1));
  });
}

/** A check counts as one test; a suite as the tests it ran, plus one failure when it failed for another reason (coverage, a crash). */
function count({ report }, exitCode) {
  if (report === undefined) return { passed: exitCode === 0 ? 1 : 0, failed: exitCode === 0 ? 0 : 1 };
  let passed = 0;
  let failed = 0;
  try {
    const result = JSON.parse(readFileSync(report, "utf8"));
    passed = result.numPassedTests;
    failed = result.numFailedTests;
  } catch {
    return { passed: 0, failed: 1 };
  }
  if (failed === 0 && (exitCode !== 0 || passed === 0)) failed = 1;
  return { passed, failed };
}

/** What failed in a stage, named again at the end, where it is found without scrolling: what and why. */
function failuresOf({ name: stage, report }) {
  if (report === undefined) return [{ what: stage, why: "" }];
  try {
    const { testResults } = JSON.parse(readFileSync(report, "utf8"));
    const failures = testResults.flatMap(({ name, message, assertionResults }) => {
      const file = relative(root, name);
      const tests = assertionResults
        .filter(({ status }) => status === "failed")
        .map(({ fullName, failureMessages }) => ({
          what: `${file}: ${fullName}`,
          why: excerpt(failureMessages.join("\n")),
        }));
      return tests.length === 0 && message ? [{ what: file, why: excerpt(message) }] : tests;
    });
    return failures.length > 0 ? failures : [{ what: `${stage}: no test failed, the run did`, why: "" }];
  } catch {
    return [{ what: `${stage}: ended without a report`, why: "" }];
  }
}

function excerpt(message) {
  return message.split("\n", 12).join("\n").slice(0, 1500);
}

const only = process.argv.slice(2);
const lines = [];
const failures = [];
let passed = 0;
let failed = 0;
async function runStage(stage) {
  const started = performance.now();
  const result = count(stage, await run(stage));
  passed += result.passed;
  failed += result.failed;
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  if (result.failed > 0) failures.push(...failuresOf(stage));
  lines.push(
    `${result.failed === 0 ? "ok    " : "FAILED"} ${stage.name}: ${result.passed} passed, ${result.failed} failed (${seconds} s)`,
  );
}

async function runChain(chain) {
  for (const stage of chain) {
    if (stage.needsBuild) await built;
    console.log(`\n── ${stage.name}`);
    await runStage(stage);
    if (stage.name === "build") tellBuilt();
  }
}

const asked = chains.map((chain) => chain.filter(({ name }) => only.length === 0 || only.includes(name)));
let tellBuilt;
const built = new Promise((done) => {
  tellBuilt = done;
});
if (!asked.flat().some(({ name }) => name === "build")) tellBuilt();
await Promise.all(asked.map(runChain));
rmSync(scratch, { recursive: true, force: true });
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
// Whoever keeps only the end of this output still has the names: the reasons of some come first, the names of all last, on a line each.
for (const { what, why } of failures.slice(0, 20)) if (why !== "") console.log(`\n${what}\n${why}`);
if (failures.length > 0) console.log(`\nFAILED:\n${failures.map(({ what }) => what.slice(0, 200)).join("\n")}`);
console.log(`\n${lines.join("\n")}\n\n${passed} passed, ${failed} failed`);
