import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "../helpers/imports.ts";
import { type RunningPatterns, startPatterns } from "../helpers/patterns.ts";

// What the example's server does whoever asks: no browser is needed here.

const PARTIAL = { "Bus-Request": "true", "Bus-Request-Type": "partial" };

let server: RunningPatterns;

beforeAll(async () => {
  server = await startPatterns();
});
afterAll(() => server.stop());

/** Somebody who keeps the cookie. */
function visitor(): (path: string, init?: RequestInit) => Promise<Response> {
  let cookie = "";
  return async (path, init) => {
    const reply = await fetch(server.url + path, {
      ...init,
      headers: { ...init?.headers, cookie },
      redirect: "manual",
    });
    cookie = /visitor=\w+/.exec(reply.headers.get("set-cookie") ?? "")?.[0] ?? cookie;
    return reply;
  };
}

const bytesOf = async (reply: Response): Promise<number> => (await reply.arrayBuffer()).byteLength;
const isRead = async (ask: ReturnType<typeof visitor>): Promise<boolean> =>
  (await (await ask("/bulk-update")).text()).includes("<td>read</td>");
const READ = { method: "POST", body: new URLSearchParams({ id: "1", mark: "read" }) };

test("an update of a row is a twentieth of the page", async () => {
  const ask = visitor();
  const whole = await bytesOf(await ask("/edit-row"));
  const body = new URLSearchParams({ pages: "700" });
  const part = await bytesOf(await ask("/edit-row/7", { method: "PUT", headers: PARTIAL, body }));
  expect(part).toBeLessThan(whole / 20);
  // What the guide says of it.
  const figures = `${part} bytes instead of ${whole.toLocaleString("en")}`;
  expect(readFileSync(join(root, "docs/patterns.md"), "utf8")).toContain(figures);
});

test("fragments are not kept by caches, and no reply is taken for another", async () => {
  const reply = await visitor()("/tabs", { headers: PARTIAL });
  expect(reply.headers.get("cache-control")).toBe("no-store");
  for (const path of ["/tabs", "/modal/new"])
    expect((await visitor()(path)).headers.get("vary")).toContain("Bus-Request");
});

test("each visitor has data of their own", async () => {
  const [one, other] = [visitor(), visitor()];
  await one("/bulk-update");
  await one("/bulk-update", READ);
  expect(await isRead(one)).toBe(true);
  expect(await isRead(other)).toBe(false);
});

test("of many visitors the one who was away for longest is forgotten", async () => {
  const [away, back] = [visitor(), visitor()];
  for (const ask of [away, back]) {
    await ask("/bulk-update");
    await ask("/bulk-update", READ);
  }
  for (let i = 0; i < 998; i++) await bytesOf(await visitor()("/toast"));
  expect(await isRead(back)).toBe(true); // and is remembered for longer by this
  for (let i = 0; i < 2; i++) await bytesOf(await visitor()("/toast"));
  expect(await isRead(away)).toBe(false);
  expect(await isRead(back)).toBe(true);
});

const FORMS = [
  "/inline-validation",
  "/cascading-selects",
  "/click-to-edit",
  "/edit-row/7",
  "/edit-row/999999",
  "/delete-row/999999",
  "/bulk-update",
  "/sortable",
  "/modal",
  "/toast",
  "/progress-bar",
  "/optimistic-like/999999",
];
const BODIES = {
  nothing: "",
  "names of objects": "__proto__=1&constructor=2&hasOwnProperty=3&order=__proto__&title=__proto__&move=up",
  "the same again and again":
    "id=1&id=1&title=a&title=b&pages=1&pages=2&order=Apricot&order=Apricot&move=up+x&move=down+y",
  "too much": `title=${"x".repeat(5_000)}&pages=${"9".repeat(5_000)}&shelf=${"a".repeat(5_000)}&colour=${"b".repeat(5_000)}`,
};

for (const [name, body] of Object.entries(BODIES))
  test(`a form with ${name} is answered, not failed at`, async () => {
    for (const path of FORMS)
      for (const headers of [{}, PARTIAL]) {
        const type = { "content-type": "application/x-www-form-urlencoded" };
        const reply = await visitor()(path, { method: "POST", headers: { ...headers, ...type }, body });
        await bytesOf(reply);
        expect([200, 303, 409, 422], `${path}: ${reply.status}`).toContain(reply.status);
      }
  });

test("what comes from another site changes nothing", async () => {
  const ask = visitor();
  await ask("/bulk-update");
  const reply = await ask("/bulk-update", {
    ...READ,
    headers: { "sec-fetch-site": "cross-site", origin: "https://example.com" },
  });
  expect(reply.status).toBe(403);
  expect(await isRead(ask)).toBe(false);
});

test("a file that is too large is refused with 413", async () => {
  const body = new FormData();
  body.append("files", new File([new Uint8Array(100_001)], "large.bin"));
  const reply = await visitor()("/file-upload", { method: "POST", body });
  expect(reply.status).toBe(413);
});
