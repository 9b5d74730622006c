// Type-checks the module of one subject in this process, and says what it took.
import { performance } from "node:perf_hooks";
import process from "node:process";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { routesOf } from "../router/tables.mjs";
import { subjects } from "./modules.mjs";

const OPTIONS = {
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2023.d.ts", "lib.dom.d.ts"],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: [],
  strict: true,
  skipLibCheck: true,
  noEmit: true,
};

const [subject, table] = process.argv.slice(2);
// stands beside this file, so that its imports resolve as those of the repository do; it is never written
const file = fileURLToPath(new URL("./generated.ts", import.meta.url));
const text = subjects[subject](routesOf(table)).join("\n");

const host = ts.createCompilerHost(OPTIONS);
const { fileExists, readFile, getSourceFile } = host;
host.fileExists = (name) => name === file || fileExists(name);
host.readFile = (name) => (name === file ? text : readFile(name));
host.getSourceFile = (name, options) =>
  name === file ? ts.createSourceFile(name, text, options) : getSourceFile(name, options);

const program = ts.createProgram([file], OPTIONS, host);
const source = program.getSourceFile(file);
const problems = [...program.getGlobalDiagnostics(), ...program.getSyntacticDiagnostics(source)];
globalThis.gc();
const before = process.memoryUsage().heapUsed;
const start = performance.now();
problems.push(...program.getSemanticDiagnostics(source));
const checkMs = performance.now() - start;
globalThis.gc();
const [first] = problems;
process.send({
  problem: first === undefined ? undefined : ts.flattenDiagnosticMessageText(first.messageText, "\n").slice(0, 300),
  checkMs,
  instantiations: program.getInstantiationCount(),
  types: program.getTypeCount(),
  bytes: process.memoryUsage().heapUsed - before,
});
