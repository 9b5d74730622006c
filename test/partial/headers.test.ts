import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { JSDOM } from "jsdom";
import { afterAll, beforeAll, describe, test } from "vitest";
import { send } from "../../adapters/node/index.ts";
import { html } from "../../lib/html/index.ts";
import { fragments, keyed, type PartialReply, type RequestLike, reply } from "../../lib/partial/index.ts";
import { runs } from "../helpers/runs.ts";

let build: (reply: PartialReply) => unknown = () => {};
const server = createServer((request, response) => {
  const answer = reply(request).main(html`x`);
  build(answer);
  void send(response, answer);
});
let origin = "";
beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // cast: a TCP server has an address with a port
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const BUS = { "bus-request": "true", "bus-request-type": "partial" };
const partial: RequestLike = { method: "POST", headers: BUS };

/** The headers that arrive for what is said. */
async function arrived(say: (reply: PartialReply) => unknown, sent: Record<string, string> = BUS): Promise<Headers> {
  build = say;
  const response = await fetch(origin, { method: "POST", headers: sent, redirect: "manual" });
  await response.arrayBuffer();
  for (const [, value] of response.headers) assert.match(value, /^[\x20-\x7e]*$/);
  return response.headers;
}

const anyText = fc.string({ unit: "binary", maxLength: 40 });
/** Characters that end lines, quotes or escapes, or mean something in an address or a selector. */
const nasty = fc
  .array(fc.constantFrom(..."\r\n\0\t \\\"'/:;,%#?&=[]()<>{}~+*.-_01aé日", "😀", "\ud800", "\udc00", "\u2028"), {
    maxLength: 20,
  })
  .map((chars) => chars.join(""));
const text = fc.oneof(anyText, nasty);
const RUNS = { numRuns: runs(150) };

describe("over a real socket, whatever is in them,", () => {
  test("events arrive as they were sent", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(text, fc.jsonValue({ stringUnit: "binary" }), { maxKeys: 4, noNullPrototype: true }),
        async (events) => {
          const entries = Object.entries(events);
          const headers = await arrived((r) => {
            for (const [name, detail] of entries) r.trigger(name, detail);
          });
          const expected = entries.length === 0 ? null : JSON.parse(JSON.stringify(Object.fromEntries(entries)));
          assert.deepEqual(JSON.parse(headers.get("bus-trigger") ?? "null"), expected);
        },
      ),
      RUNS,
    );
  });

  test("paths arrive as the browser would have read them, and never leave the origin", async () => {
    await fc.assert(
      fc.asyncProperty(text, async (rest) => {
        const path = `/p${rest}`;
        const headers = await arrived((r) => r.pushUrl(path).replaceUrl(path).redirect(path));
        const wanted = new URL(path.replace(/[\0-\x20]/g, encodeURIComponent), "http://a.test/x");
        for (const name of ["bus-push-url", "bus-replace-url", "bus-redirect"]) {
          const url = new URL(headers.get(name) ?? "", "http://a.test/x");
          assert.equal(url.origin, "http://a.test");
          assert.equal(decoded(url.href), decoded(wanted.href));
        }
      }),
      RUNS,
    );
  });

  test("an address that is taken is http(s), or a path of this origin", () => {
    const starts = fc.constantFrom(
      "",
      "/",
      "//",
      "\\",
      "/\\",
      "javascript:",
      "data:",
      "https:",
      "http://",
      "ftp://",
      "\tjava",
      " //",
    );
    fc.assert(
      fc.property(starts, text, (start, rest) => {
        for (const verb of ["pushUrl", "replaceUrl", "redirect", "seeOther", "location"] as const) {
          try {
            reply(partial)[verb](start + rest);
          } catch (error) {
            assert.equal((error as { code?: unknown }).code, "PARTIAL_BAD_URL"); // cast: whatever it is, it has to have this
            continue;
          }
          const said = new Map(reply(partial)[verb](start + rest).headers);
          const shown = said.get("bus-push-url") ?? said.get("bus-replace-url") ?? said.get("bus-redirect") ?? "/";
          const url = new URL(shown, "http://a.test/x");
          const isHere = url.origin === "http://a.test";
          assert.ok(isHere || (verb === "redirect" && /^https?:$/.test(url.protocol)), shown);
        }
      }),
      RUNS,
    );
  });

  test("places are found by the selectors that name them", async () => {
    const rows = fragments({
      row: keyed(
        (key: string) => key,
        () => html``,
      ),
    });
    const { document } = new JSDOM("<p></p>").window;
    const [element] = document.getElementsByTagName("p");
    assert.ok(element !== undefined);
    await fc.assert(
      fc.asyncProperty(
        text.filter((key) => !/[\0\p{Surrogate}]/u.test(key)),
        async (key) => {
          const place = rows.row.at(key);
          element.setAttribute("id", place.id);
          const headers = await arrived((r) => r.retarget(place).reswap("innerHTML", { show: { place, edge: "top" } }));
          assert.equal(document.querySelector(headers.get("bus-retarget") ?? ""), element);
          const [, show, ...rest] = (headers.get("bus-reswap") ?? "").split(" ");
          assert.deepEqual(rest, []);
          const [, selector] = /^show:(.*):top$/.exec(show ?? "") ?? [];
          assert.equal(document.querySelector(selector ?? ""), element);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("free selectors keep to their header", async () => {
    await fc.assert(
      fc.asyncProperty(text, async (selector) => {
        const names = [...(await arrived((r) => r.retarget(selector).reselect(selector))).keys()];
        assert.deepEqual(
          names.filter((name) => name.startsWith("bus-")),
          ["bus-reselect", "bus-retarget"],
        );
      }),
      RUNS,
    );
  });

  test("versions come back as the tag that they gave", async () => {
    await fc.assert(
      fc.asyncProperty(text, async (version) => {
        const tag = new Map(reply({ ...partial, method: "GET" }).etag(version).headers).get("etag") ?? "";
        const headers: IncomingHttpHeaders = { ...BUS, "if-none-match": tag };
        assert.equal(reply({ method: "GET", headers }).etag(version).status, 304);
        assert.match(tag, /^W\/"[\x21\x23-\x7e]*"$/);
      }),
      RUNS,
    );
  });
});

describe("the cap on headers", () => {
  const long = "x".repeat(9000);
  const cases: readonly [string, (r: PartialReply) => PartialReply][] = [
    ["an event", (r) => r.trigger("saved", long)],
    ["the name of an event", (r) => r.trigger(long)],
    ["an address", (r) => r.pushUrl(`/${long}`)],
    ["a selector", (r) => r.retarget(long)],
    ["a location", (r) => r.location("/", { select: long })],
    ["letters that grow when they are encoded", (r) => r.trigger("saved", "日".repeat(1400))],
    [
      "many that are short",
      (r) =>
        Array.from({ length: 300 }, (_, i) => `event-${i}`).reduce((all, name) => all.trigger(name, "0123456789"), r),
    ],
  ];
  test.each(cases)("refuses %s beyond 8 KiB where it is said", (_name, say) => {
    assert.throws(() => say(reply(partial)), { code: "PARTIAL_HEADERS_TOO_LARGE" });
  });

  test("counts what is said last, and not what it has replaced", async () => {
    const headers = await arrived((r) => {
      for (let i = 0; i < 50; i++) r.trigger("saved", "x".repeat(4000)).pushUrl(`/${"y".repeat(4000)}`);
      for (let i = 0; i < 50; i++) r.redirect(`/${"z".repeat(100)}`).seeOther("/");
    });
    assert.equal(headers.get("bus-trigger")?.length, 4000 + '{"saved":""}'.length);
    assert.equal(headers.get("bus-push-url")?.length, 4001);
  });

  test("what is below it gets through a real server and client", async () => {
    const headers = await arrived((r) => r.trigger("saved", "x".repeat(8100)));
    assert.equal(JSON.parse(headers.get("bus-trigger") ?? "").saved.length, 8100);
  });
});

/** Addresses that differ only in what is written as an escape are the same here. */
function decoded(href: string): string {
  return href.replace(/%[\da-f]{2}/gi, (code) => {
    const char = String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return /[!-~]/.test(char) && !/[%#?/\\]/.test(char) ? char : code.toUpperCase();
  });
}
