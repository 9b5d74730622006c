import assert from "node:assert/strict";
import { once } from "node:events";
import { afterEach, describe, test } from "vitest";
import { type Html, html } from "../../lib/html/index.ts";
import { fragments, keyed, type PartialReply, type Parts, reply } from "../../lib/partial/index.ts";
import { createClient, until } from "./client.ts";
import type { Running } from "./host-suite.ts";
import { SENDING_HOSTS } from "./send-hosts.ts";

const ui = fragments({
  list: () => html`<ul id="list"></ul>`,
  row: keyed(
    (key: string) => key,
    (key, id) => html`<li id=${id}>${key}</li>`,
  ),
});

const FAMILIES = [
  "Bus-Request, Bus-Request-Type, Bus-Boosted, Bus-History-Restore-Request",
  "HX-Request, HX-Request-Type, HX-Boosted, HX-History-Restore-Request",
].join(", ");
const HTML = "text/html; charset=utf-8";

type Build = (reply: PartialReply) => PartialReply;
type Expected = Readonly<Record<string, string | null>>;

const both: Build = (r) => r.main(html`<b>ü</b>`).page(() => html`<!doctype html><h1>All</h1>`);
const script = { "bus-request": "true", "bus-request-type": "partial" };

// What is sent with the request, what is answered, and what arrives: status, body, headers.
const replies: readonly [string, string, Readonly<Record<string, string>>, Build, number, string, Expected][] = [
  [
    "a fragment for the script",
    "GET",
    script,
    both,
    200,
    "<b>ü</b>",
    { "cache-control": "no-store", "content-type": HTML },
  ],
  [
    "a page for the browser",
    "GET",
    {},
    both,
    200,
    "<!doctype html><h1>All</h1>",
    { "cache-control": null, "content-type": HTML },
  ],
  ["no content for HEAD", "HEAD", script, both, 200, "", { "cache-control": "no-store", "content-type": HTML }],
  [
    "a redirect for the browser",
    "POST",
    {},
    (r) => r.redirect("/é"),
    303,
    "",
    { location: "/%C3%A9", "bus-redirect": null },
  ],
  [
    "a header for the script in its place",
    "POST",
    script,
    (r) => r.redirect("/é"),
    200,
    "",
    { location: null, "bus-redirect": "/%C3%A9" },
  ],
  [
    "204 with an event",
    "POST",
    script,
    (r) => r.none().trigger("saved", { id: "é" }),
    204,
    "",
    { "content-type": null, "bus-trigger": '{"saved":{"id":"\\u00e9"}}' },
  ],
  ["422", "POST", script, (r) => r.main(html`<i>no</i>`).invalid(), 422, "<i>no</i>", { "content-type": HTML }],
  [
    "an entity tag",
    "GET",
    script,
    (r) => both(r.etag("v7")),
    200,
    "<b>ü</b>",
    { etag: 'W/"v7;bus"', "cache-control": "private, no-cache" },
  ],
  [
    "304 for what is known",
    "GET",
    { ...script, "if-none-match": '"x", W/"v7;bus"' },
    (r) => both(r.etag("v7")),
    304,
    "",
    { etag: 'W/"v7;bus"', "cache-control": "private, no-cache", "content-type": null },
  ],
  [
    "parts for htmx",
    "GET",
    { "hx-request": "true", "hx-request-type": "partial" },
    (r) => r.remove(ui.row, "a").pushUrl("/x"),
    200,
    '<hx-partial hx-target="#row-a" hx-swap="delete"></hx-partial>',
    { "hx-push-url": "/x", "bus-push-url": null },
  ],
  [
    "content that has to be waited for",
    "GET",
    script,
    (r) => r.main(html`<b>${Promise.resolve("late")}</b>`),
    200,
    "<b>late</b>",
    { "content-type": HTML },
  ],
];

describe.each(SENDING_HOSTS)("send of $name", (host) => {
  let running: Running;
  const start = async (build: Build) => {
    running = await host.start((request) => build(reply(request)));
    return createClient(() => running.origin);
  };
  afterEach(() => running.close());

  test.each(replies)("sends %s", async (_name, method, headers, build, status, body, expected) => {
    const client = await start(build);
    const response = await client.get("/", { method, headers });
    assert.equal(response.status, status);
    assert.equal(await response.text(), body);
    for (const [name, value] of Object.entries(expected)) assert.equal(response.headers.get(name), value, name);
    assert.equal(response.headers.get("x-host"), "1");
    assert.deepEqual(response.headers.get("vary")?.split(", ").sort(), `Origin, ${FAMILIES}`.split(", ").sort());
  });

  test("sends the pieces of a stream in order, each as it comes", async () => {
    const next = gates(3);
    const client = await start((r) =>
      r
        .main(html`<i>0</i>`)
        .append(ui.list, ui.row, "a")
        .stream(
          (async function* (): AsyncGenerator<Html | ((parts: Parts) => unknown)> {
            yield html`<b>1</b>`;
            await next[0]?.opened;
            yield (parts) => parts.remove(ui.row, "a").append(ui.list, ui.row, "b");
            await next[1]?.opened;
            yield html`<b>3</b>`;
          })(),
        ),
    );
    const reader = readerOf(await client.get("/", { headers: script }));
    const expected = [
      '<i>0</i><bus-partial bus-target="#list" bus-swap="beforeend"><li id="row-a">a</li></bus-partial><b>1</b>',
      '<bus-partial bus-target="#row-a" bus-swap="delete"></bus-partial>' +
        '<bus-partial bus-target="#list" bus-swap="beforeend"><li id="row-b">b</li></bus-partial>',
      "<b>3</b>",
    ];
    for (const [index, text] of expected.entries()) {
      assert.equal(await reader.take(text.length), text);
      next[index]?.open();
    }
    assert.equal(await reader.rest(), "");
  });

  test("pulls a stream no faster than the client reads, and lets it go when the client leaves", async () => {
    let pulled = 0;
    let isOver = false;
    const piece = html`<p>${"x".repeat(64 * 1024)}</p>`;
    const client = await start((r) =>
      r.stream(
        (async function* () {
          try {
            for (;;) {
              pulled += 1;
              yield piece;
            }
          } finally {
            isOver = true;
          }
        })(),
      ),
    );
    const request = client.request("/", { headers: script }).end();
    const [response] = await once(request, "response");
    response.pause();
    await standsStill(() => pulled);
    assert.ok(pulled > 0 && pulled < 1000, `${pulled} pieces of 64 KiB were pulled`);
    assert.equal(isOver, false);
    request.destroy();
    await until(() => isOver);
  });

  test("cuts the connection where a stream fails, so that half a reply is not taken for a whole one", async () => {
    const [gate] = gates(1);
    assert.ok(gate !== undefined);
    const client = await start((r) => r.main(html`<i>0</i>`).stream(failing(html`<b>1</b>`, gate.opened)));
    const reader = readerOf(await client.get("/", { headers: script }));
    assert.equal(await reader.take(16), "<i>0</i><b>1</b>");
    gate.open();
    await assert.rejects(reader.rest());
  });

  test("leaves a reply that cannot be rendered to the host's error page", async () => {
    const failed = Promise.reject(new Error("no"));
    failed.catch(() => {});
    const client = await start((r) => r.main(html`<b>${failed}</b>`));
    const response = await client.get("/", { headers: script });
    assert.equal(response.status, 500);
    await response.text();
  });
});

async function* failing(first: Html, until: Promise<void>): AsyncGenerator<Html> {
  yield first;
  await until;
  throw new Error("no more");
}

/** Promises that the test opens. */
function gates(count: number): { readonly opened: Promise<void>; open(): void }[] {
  return Array.from({ length: count }, () => {
    let open = (): void => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    return { opened, open };
  });
}

/** Reads so many characters, or all that is left; fails when more than was asked for has come. */
function readerOf(response: Response) {
  assert.ok(response.body !== null);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  return {
    async take(length: number): Promise<string> {
      let text = "";
      while (text.length < length) {
        const step = await reader.read();
        if (step.done) break;
        text += step.value;
      }
      return text;
    },
    async rest(): Promise<string> {
      let text = "";
      for (;;) {
        const step = await reader.read();
        if (step.done) return text;
        text += step.value;
      }
    },
  };
}

/** Waits until a count has been the same for a while: buffers are full. */
async function standsStill(count: () => number): Promise<void> {
  for (let last = -1, same = 0; same < 10; ) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    same = count() === last && last > 0 ? same + 1 : 0;
    last = count();
  }
}
