import assert from "node:assert/strict";
import { join } from "node:path";
import ts from "typescript";
import { describe, test } from "vitest";
import { root } from "../helpers/imports.ts";

// A program of its own: what it declares would count for every other test.
const PATH = join(root, "lib/partial/declares-events.ts");
const DECLARED = `
import { reply } from "./index.ts";
declare module "./index.ts" {
  interface Events { saved: { readonly id: number }; closed: undefined }
}
const r = reply({ headers: {} });
`;

/** How many errors each line has, in a file that declares events. */
function errorsOf(lines: readonly string[]): number[] {
  const text = DECLARED + lines.join("\n");
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    allowImportingTsExtensions: true,
    types: [],
    lib: ["lib.es2023.d.ts", "lib.dom.d.ts"],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (path) => path === PATH || fileExists(path);
  host.readFile = (path) => (path === PATH ? text : readFile(path));
  host.getSourceFile = (path, ...rest) =>
    path === PATH ? ts.createSourceFile(path, text, ts.ScriptTarget.ES2022) : getSourceFile(path, ...rest);
  const program = ts.createProgram([PATH], options, host);
  const source = program.getSourceFile(PATH);
  const first = DECLARED.split("\n").length - 1;
  const counts = lines.map(() => 0);
  for (const { start = 0 } of program.getSemanticDiagnostics(source)) {
    const line = (source?.getLineAndCharacterOfPosition(start).line ?? 0) - first;
    counts[line] = (counts[line] ?? 0) + 1;
  }
  return counts;
}

describe("declared events", () => {
  const fits = ['r.trigger("saved", { id: 7 });', 'r.trigger("closed");'];
  const fails = [
    'r.trigger("saevd", { id: 7 });',
    'r.trigger("saved");',
    'r.trigger("saved", { id: "7" });',
    'r.trigger("closed", 1);',
  ];

  test("compile with their details; other names and details do not", () => {
    assert.deepEqual(errorsOf([...fits, ...fails]), [0, 0, 1, 1, 1, 1]);
  });
});
