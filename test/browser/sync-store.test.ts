import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe } from "vitest";
import type { indexedDbStore } from "../../client/sync/index.ts";
import { CodedError, type ErrorCode } from "../../lib/errors/index.ts";
import type { DocumentLog } from "../../lib/sync/index.ts";
import { launchBrowser } from "../helpers/chromium.ts";
import { prepareServer } from "../sync/server.ts";
import { logSuite } from "../sync/store-suite.ts";

/** What the page puts on its window, and the stores this test opens there. */
declare const pad: { readonly indexedDbStore: typeof indexedDbStore };
declare const stores: Map<number, DocumentLog>;

let browser: Browser;
let page: Page;
let finish: () => void = () => undefined;
let server: Promise<void>;

beforeAll(async () => {
  const [launched, withServer] = await Promise.all([launchBrowser(), prepareServer("child-page-kept.ts")]);
  browser = launched;
  await new Promise<void>((ready) => {
    server = withServer(async ({ url }) => {
      page = await (await browser.newContext({ baseURL: url })).newPage();
      await page.goto("/pad");
      await page.waitForFunction(() => typeof pad !== "undefined");
      await page.evaluate(() => Object.assign(window, { stores: new Map() }));
      const finished = new Promise<void>((resolve) => {
        finish = resolve;
      });
      ready();
      await finished;
    });
  });
});
afterAll(async () => {
  finish();
  await browser.close();
  await server;
});

let databases = 0;
let handles = 0;

/** A store of the page, whose calls travel there and back as plain values. */
async function openStore(database: string): Promise<DocumentLog> {
  const handle = ++handles;
  await page.evaluate(([id, name]) => void stores.set(id, pad.indexedDbStore({ database: name })), [
    handle,
    database,
  ] as const);
  const call = async (method: "load" | "append" | "compact" | "close", ...args: unknown[]): Promise<unknown> => {
    const plain = args.map((arg) => (arg instanceof Uint8Array ? { bytes: Buffer.from(arg).toString("base64") } : arg));
    const answer = await page.evaluate(
      async ([id, name, given]) => {
        const read = (value: unknown): unknown =>
          typeof value === "object" && value !== null && "bytes" in value
            ? Uint8Array.from(atob(String(value.bytes)), (letter) => letter.charCodeAt(0))
            : value;
        const show = (value: unknown): unknown => {
          if (value instanceof Uint8Array) {
            let text = "";
            for (const byte of value) text += String.fromCharCode(byte);
            return { bytes: btoa(text) };
          }
          if (Array.isArray(value)) return value.map(show);
          if (typeof value !== "object" || value === null) return value;
          return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, show(inner)]));
        };
        try {
          const store = stores.get(id) as unknown as Record<string, (...all: unknown[]) => Promise<unknown>>;
          return { value: show(await store[name]?.(...given.map(read))) };
        } catch (error) {
          return { code: (error as { code: string }).code, message: String(error) };
        }
      },
      [handle, method, plain] as const,
    );
    if ("code" in answer) throw new CodedError(answer.code as ErrorCode, String(answer.message));
    return revive(answer.value);
  };
  return {
    load: (name, after) => call("load", name, after) as ReturnType<DocumentLog["load"]>,
    append: (name, update) => call("append", name, update) as Promise<number>,
    compact: (name, snapshot, upTo) => call("compact", name, snapshot, upTo) as Promise<void>,
    close: () => call("close") as Promise<void>,
  };
}

function revive(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revive);
  if (typeof value !== "object" || value === null) return value;
  if ("bytes" in value) return new Uint8Array(Buffer.from(String(value.bytes), "base64"));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revive(inner)]));
}

describe("indexedDbStore", () => {
  logSuite(async (run) => {
    const database = `suite ${++databases}`;
    await run({ open: () => openStore(database), lasting: true });
  });
});
