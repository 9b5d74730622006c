// Writes or checks one API report per door: `node .ci/api.mjs [--write]`. Needs a build.
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { CompilerState, Extractor, ExtractorConfig } from "@microsoft/api-extractor";
import { doors, outputOf } from "./doors.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const write = process.argv.includes("--write");
const reportName = (door) => `${door.replace("/", "-")}.api.md`;

/** A forgotten export is checked by test/types and test/structure: a type may be exported by another door. */
const quiet = { logLevel: "none", addToApiReportFile: false };
const loud = { logLevel: "error", addToApiReportFile: false };

function configFor(door, source) {
  return ExtractorConfig.prepare({
    configObjectFullPath: join(root, "etc", "api-extractor.json"),
    packageJsonFullPath: join(root, "package.json"),
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: join(root, "dist/types", outputOf(source), "index.d.ts"),
      newlineKind: "lf",
      compiler: { overrideTsconfig: { compilerOptions: compilerOptions }, skipLibCheck: true },
      apiReport: {
        enabled: true,
        reportFolder: join(root, "etc"),
        reportTempFolder: join(root, "dist/api-temp"),
        reportFileName: reportName(door),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: loud },
        extractorMessageReporting: { default: loud, "ae-forgotten-export": quiet },
        tsdocMessageReporting: { default: loud, "tsdoc-undefined-tag": quiet, "tsdoc-escape-greater-than": quiet },
      },
    },
  });
}

const compilerOptions = {
  target: "ES2022",
  lib: ["ES2023", "DOM", "DOM.Iterable", "DOM.AsyncIterable"],
  module: "NodeNext",
  moduleResolution: "NodeNext",
  types: ["node"],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
};

function removeStaleReports() {
  const known = new Set(Object.keys(doors).map(reportName));
  const stale = readdirSync(join(root, "etc")).filter((name) => name.endsWith(".api.md") && !known.has(name));
  if (write) for (const name of stale) rmSync(join(root, "etc", name));
  return write ? [] : stale;
}

mkdirSync(join(root, "dist/api-temp"), { recursive: true });
const failures = removeStaleReports().map((name) => `etc/${name} reports a door that does not exist`);
const configs = Object.entries(doors).map(([door, source]) => [door, configFor(door, source)]);
const entries = configs.map(([, { mainEntryPointFilePath }]) => mainEntryPointFilePath);
const compilerState = CompilerState.create(configs[0][1], { additionalEntryPoints: entries }); // one program for all reports
for (const [door, config] of configs) {
  const messages = [];
  const result = Extractor.invoke(config, {
    localBuild: write,
    compilerState,
    messageCallback(message) {
      message.handled = true;
      if (message.messageId.startsWith("console-api-report-")) return; // told below, in our words
      // Exports must be documented; a member whose name and type say it all need not be.
      if (message.messageId === "ae-undocumented" && (message.sourceFileColumn ?? 1) > 1) message.logLevel = "none";
      if (message.logLevel === "error" || message.logLevel === "warning")
        messages.push(message.formatMessageWithLocation(root));
    },
  });
  if (result.apiReportChanged && !write)
    messages.push(`etc/${reportName(door)} is out of date: run \`npm run api\` and review the change`);
  if (!existsSync(join(root, "etc", reportName(door))))
    messages.push(`etc/${reportName(door)} is missing: run \`npm run api\``);
  if (!result.succeeded && messages.length === 0) messages.push("API Extractor failed");
  if (messages.length > 0) failures.push(...messages.map((text) => `busbar/${door}: ${text}`));
}
for (const failure of failures) console.error(failure);
console.log(
  failures.length === 0 ? `${Object.keys(doors).length} API reports are current` : `${failures.length} API problems`,
);
process.exitCode = failures.length === 0 ? 0 : 1;
