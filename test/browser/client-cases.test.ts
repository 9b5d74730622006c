import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, test } from "vitest";
import { groups } from "../client/cases/index.ts";
import type { CasesInPage } from "../client/harness/in-page.ts";
import { casesFor, type Subject } from "../client/harness/run.ts";
import { type LoadedSubject, subjects } from "../client/harness/subjects.ts";
import { ensureBuilt } from "../helpers/built.ts";
import { launchBrowser } from "../helpers/chromium.ts";
import { root } from "../helpers/imports.ts";

const ORIGIN = "http://cases.test"; // answered here: no such host exists
let browser: Browser;
let player: string;

beforeAll(async () => {
  browser = await launchBrowser();
  player = await bundle(`import "./test/client/harness/in-page.ts"`);
});

afterAll(() => browser?.close());

async function bundle(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root, loader: "ts" },
    bundle: true,
    ignoreAnnotations: true, // package.json calls everything outside of dist free of side effects
    format: "iife",
    target: "es2022",
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

async function codeOf({ modules, files }: LoadedSubject): Promise<string> {
  if (files.length === 0) return bundle(modules.map((module) => `import "./${module}";`).join("\n"));
  const dist = ensureBuilt();
  return files.map((file) => readFileSync(join(dist, "client", file), "utf8")).join("\n");
}

/** A page that holds the subject and the cases: all are played in it, one after the other. */
async function openPage(subject: LoadedSubject): Promise<Page> {
  const page = await browser.newPage({ baseURL: ORIGIN });
  const scripts: Readonly<Record<string, string>> = { "/client.js": await codeOf(subject), "/cases.js": player };
  await page.route("**/*", (route) => {
    const body = scripts[new URL(route.request().url()).pathname];
    if (body !== undefined) return route.fulfill({ contentType: "text/javascript; charset=utf-8", body });
    const html = `<!doctype html><html><head><title>Cases</title><script src="/client.js"></script><script src="/cases.js"></script></head><body></body></html>`;
    return route.fulfill({ contentType: "text/html; charset=utf-8", body: html });
  });
  await page.goto("/start");
  return page;
}

describe.each(subjects.map((one) => [one.name, one] as const))("%s", (_name, subject) => {
  let page: Page;
  beforeAll(async () => {
    page = await openPage(subject);
  });
  afterAll(() => page?.close());

  for (const [group, cases] of casesFor(groups, subject, true))
    describe(group, () => {
      for (const [index, one] of cases)
        test(one.name, async () => {
          const { name, prefix, has }: Subject = subject;
          const problem = await page.evaluate(
            ([group, index, subject]) =>
              // cast: the page has loaded them
              (globalThis as unknown as { busbarCases: CasesInPage }).busbarCases.play(group, index, subject),
            [group, index, { name, prefix, has }] as const,
          );
          assert.equal(problem, undefined, problem);
        });
    });
});
