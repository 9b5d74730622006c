import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { runInThisContext } from "node:vm";
import { beforeAll, describe, test } from "vitest";
import { ensureBuilt } from "../../helpers/built.ts";
import { root } from "../../helpers/imports.ts";
import { groups } from "../cases/index.ts";
import { casesFor, runCase } from "./run.ts";
import { type LoadedSubject, subjects } from "./subjects.ts";

/** Declares a test for each case that says something about the subject of this name, played in this file's document. */
export function describeCases(name: string): void {
  const subject = subjects.find((one) => one.name === name);
  if (!subject) throw new Error(`no subject is called ${name}`);
  describeCasesOf(subject, Object.keys(groups));
}

/** The same for any subject, and the cases of some groups. */
export function describeCasesOf(subject: LoadedSubject, names: readonly string[]): void {
  const { modules, files } = subject;

  beforeAll(async () => {
    for (const module of modules) await import(pathToFileURL(join(root, module)).href);
    if (files.length === 0) return;
    const dist = ensureBuilt();
    for (const file of files) runInThisContext(readFileSync(join(dist, "client", file), "utf8"), { filename: file });
  });

  for (const [group, cases] of casesFor(groups, subject, false)) {
    if (!names.includes(group)) continue;
    describe(group, () => {
      for (const [, one] of cases) test(one.name, () => runCase(one, subject));
    });
  }
}
