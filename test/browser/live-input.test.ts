import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { type Html, html } from "../../lib/html/index.ts";
import { type Bind, defineView, type View } from "../../lib/live/index.ts";
import { signal } from "../../lib/signals/index.ts";
import type { WireValue } from "../../lib/wire/index.ts";
import { live, openView, useLiveBrowser } from "../helpers/live-browser.ts";
import { LIVE_CLIENTS, type LiveClient, type OpenOptions } from "../helpers/live-page.ts";

/* What visitors type, press and choose, as a real browser tells it. */

useLiveBrowser();

type Heard = [string, WireValue][];
let heard: Heard;
let counter: ReturnType<typeof signal<number>>;
const files: string[] = [];

/** A view that writes down what it hears. */
const ear = (draw: (n: number, bind: Bind<"hear" | "slow" | "save", Record<never, never>>) => Html): View =>
  defineView({
    uploads: { papers: { maxFiles: 4, maxBytes: 10_000_000 } },
    hooks: true,
    mount: () => {
      counter = signal(0);
      return {};
    },
    on: {
      hear: (_state, event) => {
        heard.push([String(event["of"] ?? ""), event]);
        return event;
      },
      slow: async (_state, event) => {
        heard.push(["slow", event]);
        await new Promise((go) => setTimeout(go, 200));
      },
      save: (_state, _event, ctx) => {
        for (const file of ctx.uploads.papers) files.push(`${file.name} ${file.size}`);
      },
    },
    render: (_state, bind, page): Html =>
      html`<output>${counter}</output>${() => draw(counter.get(), bind)}<form id="upload" ${bind.save("submit")}><input ${page.uploads.papers.input({ id: "file" })} multiple></form>
      <i ${page.hook("Ear")}></i>`,
  });

async function open(client: LiveClient, view: View, options: OpenOptions = {}): Promise<Page> {
  heard = [];
  files.length = 0;
  const page = await openView(client, view, {
    setup: "window.busbar = { hooks: { Ear: { mounted(element, live) { window.ear = live } } } }",
    ...options,
  });
  await page.waitForFunction(() => "ear" in window);
  return page;
}
const values = (): WireValue[] => heard.map(([, event]) => (event as { value: WireValue }).value);
const rest = (ms: number): Promise<void> => new Promise((go) => setTimeout(go, ms));

describe.each(LIVE_CLIENTS)("%s", (client) => {
  test("a button that a patch moves away while it is pressed is clicked, and then moves", async () => {
    const page = await open(
      client,
      ear(
        (n, bind) =>
          html`${n ? "" : html`<p style="height: 300px">this goes</p>`}<button ${bind.hear("click")}>go</button>`,
      ),
    );
    await live.has("back");
    const box = await page.locator("button").boundingBox();
    assert.ok(box);
    await page.clock.pauseAt(Date.now() + 1000); // however slow the machine is: no press takes long
    await page.mouse.move(box.x + 5, box.y + 5);
    await page.mouse.down();
    const arrived = page
      .context()
      .pages()[0]
      ?.waitForFunction(() => document.querySelector("output")?.textContent === "1");
    counter.set(1);
    const wasMoved = await Promise.race([arrived?.then(() => true), rest(500).then(() => false)]);
    await page.mouse.up();
    await expect.poll(() => heard.length).toBe(1);
    assert.equal(wasMoved, false);
    await page.clock.runFor(100);
    await page.waitForSelector("output:text('1')");
  });

  test("what comes while something is held down for long is shown all the same", async () => {
    const page = await open(
      client,
      ear((_, bind) => html`<button ${bind.hear("click")}>go</button>`),
    );
    await live.has("back");
    await page.hover("button");
    await page.mouse.down();
    counter.set(1);
    await page.waitForSelector("output:text('1')");
    await page.mouse.up();
    await expect.poll(() => heard.length).toBe(1);
  });

  test("every kind of value arrives as it was sent, and comes back as it was answered", async () => {
    const page = await open(
      client,
      ear(() => html``),
    );
    const sent: unknown[] = [
      ...[
        0,
        1,
        127,
        128,
        255,
        256,
        65_535,
        65_536,
        2 ** 31,
        2 ** 32 - 1,
        2 ** 32,
        2 ** 53 - 1,
        -1,
        -33,
        -40_000,
        0.5,
        1e300,
      ],
      ...[true, false, null, "", "1", "ä€𝄞", "x".repeat(40), "y".repeat(300), "z".repeat(70_000)],
      ...[[], [1], ["1"], [true], [[1]], [0], [null], {}, { 1: 1 }, { valueOf: "a", toString: "b" }],
      Array.from({ length: 20 }, (_, i) => i),
      Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`k${i}`, [i]])),
    ];
    const back = await page.evaluate((list) => {
      type Ear = { pushEvent(name: string, args: unknown): Promise<unknown> };
      return (window as unknown as { ear: Ear }).ear.pushEvent("hear", { list });
    }, sent);
    assert.deepEqual(JSON.parse(JSON.stringify(heard)), [["", { list: sent }]]);
    assert.deepEqual(back, { list: sent });
  });

  test("what an input method composes in is not touched until it is done, and is heard all the while", async () => {
    const page = await open(
      client,
      ear(
        (n, bind) =>
          html`<input id="i" class="c${n}" ${bind.hear("input")}><div id="e" contenteditable title="t${n}">${`text ${n}`}</div>`,
      ),
    );
    const cdp = await page.context().newCDPSession(page);
    await page.focus("#i");
    await cdp.send("Input.imeSetComposition", { text: "に", selectionStart: 1, selectionEnd: 1 });
    await cdp.send("Input.imeSetComposition", { text: "にほ", selectionStart: 2, selectionEnd: 2 });
    await expect.poll(values).toEqual(["に", "にほ"]);
    counter.set(1);
    await page.waitForFunction(() => document.querySelector("output")?.textContent === "1");
    const during = await page.evaluate(() => {
      const input = document.querySelector<HTMLInputElement>("#i");
      return [input?.value, input?.className, document.querySelector("#e")?.textContent];
    });
    assert.deepEqual(during, ["にほ", "c0", "text 1"]);
    await cdp.send("Input.insertText", { text: "日本" });
    await page.waitForFunction(() => document.querySelector("#i")?.className === "c1");
    assert.equal(await page.inputValue("#i"), "日本");
    await expect.poll(values).toEqual(["に", "にほ", "日本"]);

    await page.focus("#e");
    await cdp.send("Input.imeSetComposition", { text: "か", selectionStart: 1, selectionEnd: 1 });
    counter.set(2);
    await page.waitForFunction(() => document.querySelector("output")?.textContent === "2");
    assert.match((await page.textContent("#e")) ?? "", /か/);
    await cdp.send("Input.insertText", { text: "火" });
    await page.waitForFunction(() => document.querySelector("#e")?.textContent === "text 2");
  });

  test("a composition that is broken off lets what has waited through", async () => {
    const page = await open(
      client,
      ear((n) => html`<input id="i" class="c${n}">`),
    );
    const cdp = await page.context().newCDPSession(page);
    await page.focus("#i");
    await cdp.send("Input.imeSetComposition", { text: "に", selectionStart: 1, selectionEnd: 1 });
    counter.set(1);
    await page.waitForFunction(() => document.querySelector("output")?.textContent === "1");
    assert.equal(await page.getAttribute("#i", "class"), "c0");
    await page.evaluate(() => document.querySelector<HTMLElement>("#i")?.blur());
    await page.waitForFunction(() => document.querySelector("#i")?.className === "c1");
  });

  test("with bus-debounce only the last is heard; leaving the field, or another event, sends it at once and first", async () => {
    const page = await open(
      client,
      ear(
        (_n, bind) =>
          html`<input id="i" bus-debounce="1000" ${bind.hear("input", { of: "i" })}><input id="slow" bus-debounce="120000" ${bind.hear("input", { of: "slow" })}><input id="b" bus-debounce="blur" ${bind.hear("input", { of: "b" })}><button id="go" ${bind.hear("click", { of: "go" })}></button>`,
      ),
    );
    await page.type("#i", "abc");
    await expect.poll(values).toEqual(["abc"]);
    await page.type("#slow", "d");
    await page.focus("#b");
    await expect.poll(values).toEqual(["abc", "d"]); // long before its two minutes
    await page.type("#b", "xy");
    await rest(300);
    assert.equal(heard.length, 2);
    await page.evaluate(() => document.querySelector<HTMLElement>("#go")?.click());
    await expect.poll(() => heard.map(([of]) => of)).toEqual(["i", "slow", "b", "go"]);
    await page.type("#b", "z");
    await page.focus("#i");
    await expect.poll(() => values().at(-1)).toBe("xyz");
  });

  test("with bus-throttle the first is heard, and those that come too soon are not", async () => {
    const page = await open(
      client,
      ear((_n, bind) => html`<button id="go" bus-throttle="400" ${bind.hear("click")}></button>`),
    );
    await page.evaluate(async () => {
      const press = (): void => document.querySelector<HTMLElement>("#go")?.click();
      for (let i = 0; i < 5; i++) press();
      await new Promise((go) => setTimeout(go, 450)); // by the clock of the page
      press();
    });
    await expect.poll(() => heard.length).toBe(2);
  });

  test("keys are filtered by bus-key, and carry their name; focus and blur are heard", async () => {
    const page = await open(
      client,
      ear(
        (_n, bind) =>
          html`<input id="i" bus-key="Enter Escape" ${bind.hear("keydown", { of: "key" })}><p id="own" ${bind.hear("color-picked", { of: "own" })}></p><input id="f" ${bind.hear("focus", { of: "focus" })} ${bind.hear("blur", { of: "blur" })}>`,
      ),
    );
    await page.focus("#i");
    await page.keyboard.type("ab");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    await page.focus("#f");
    await page.focus("#i");
    await page.evaluate(() =>
      document.querySelector("#own")?.dispatchEvent(new Event("color-picked", { bubbles: true })),
    );
    await expect.poll(() => heard.length).toBe(5);
    assert.deepEqual(
      heard.map(([of, event]) => [of, (event as { key?: string }).key]),
      [
        ["key", "Enter"],
        ["key", "Escape"],
        ["focus", undefined],
        ["blur", undefined],
        ["own", undefined],
      ],
    );
  });

  test("files are sent when they are chosen, one is taken back, and the form waits for the others", async () => {
    const page = await open(
      client,
      ear(() => html``),
    );
    await page.evaluate(() => {
      const told: [string, number][] = [];
      Object.assign(window, { told });
      document.addEventListener("bus:live:upload", (event) => {
        const { file, received, cancel } = (event as CustomEvent).detail;
        told.push([file.name, received]);
        if (file.name === "b.bin" && received > 0) cancel();
      });
    });
    const buffer = (size: number): Buffer => Buffer.alloc(size, 7);
    await page.setInputFiles("#file", [
      { name: "a.bin", mimeType: "application/octet-stream", buffer: buffer(200_000) },
      { name: "b.bin", mimeType: "application/octet-stream", buffer: buffer(900_000) },
      { name: "c.bin", mimeType: "application/octet-stream", buffer: buffer(1) },
    ]);
    await page.evaluate(() => document.querySelector<HTMLFormElement>("#upload")?.requestSubmit());
    await expect.poll(() => files).toEqual(["a.bin 200000", "c.bin 1"]);
    const told = await page.evaluate(() => (window as unknown as { told: [string, number][] }).told);
    const last = new Map(told);
    assert.equal(last.get("a.bin"), 200_000);
    assert.equal(last.get("c.bin"), 1);
    assert.ok((last.get("b.bin") ?? 0) < 900_000);
  });

  test("a form that waits for its files sends what stood in it when it was asked to, and what is asked for meanwhile goes next", async () => {
    const page = await open(
      client,
      ear(
        (_n, bind) =>
          html`<form id="f" ${bind.slow("submit")}><input id="i" name="text" value="one"><input type="file" bus-upload="papers" id="paper"></form>`,
      ),
    );
    const ask = (text: string): Promise<void> =>
      page.evaluate((value) => {
        (document.querySelector("#i") as HTMLInputElement).value = value;
        document.querySelector<HTMLFormElement>("#f")?.requestSubmit();
      }, text);
    await page.setInputFiles("#paper", {
      ...{ name: "a.bin", mimeType: "application/octet-stream", buffer: Buffer.alloc(3_000_000, 7) },
    });
    await ask("one");
    await page.fill("#i", "typed after it");
    await expect.poll(() => heard.length).toBe(1);
    for (const text of ["two", "three", "three", "four"]) await ask(text);
    await expect
      .poll(() => heard.map(([, event]) => (event as { text: string }).text))
      .toEqual(["one", "two", "three", "four"]);
    await expect.poll(() => page.inputValue("#i")).toBe("one"); // emptied once: what it was rendered with
  });

  test("a file goes on where it was when the connection is back", async () => {
    const page = await open(
      client,
      ear(() => html``),
    );
    await page.evaluate(() => {
      let isCut = false;
      document.addEventListener("bus:live:upload", (event) => {
        const { received } = (event as CustomEvent).detail;
        if (received > 200_000 && !isCut) {
          isCut = true;
          console.log("cut");
        }
      });
    });
    page.on("console", (message) => message.text() === "cut" && live.server.cut());
    await page.setInputFiles("#file", {
      ...{ name: "a.bin", mimeType: "application/octet-stream", buffer: Buffer.alloc(1_000_000, 7) },
    });
    await page.evaluate(() => document.querySelector<HTMLFormElement>("#upload")?.requestSubmit());
    await expect.poll(() => files).toEqual(["a.bin 1000000"]);
    assert.deepEqual((await live.seen()).filter((name) => name === "connected").length, 2);
  });

  test("a file the server had and has lost comes again, before the form that shows it", async () => {
    const page = await open(
      client,
      ear(() => html``),
    );
    await page.evaluate(() =>
      document.addEventListener("bus:live:upload", ({ detail }: CustomEventInit) =>
        Object.assign(window, { received: detail.received }),
      ),
    );
    await page.setInputFiles("#file", {
      ...{ name: "a.bin", mimeType: "application/octet-stream", buffer: Buffer.alloc(300_000, 7) },
    });
    await page.waitForFunction(() => (window as unknown as { received?: number }).received === 300_000);
    await live.restart();
    await expect.poll(async () => (await live.seen()).filter((name) => name === "connected").length).toBe(2);
    await page.evaluate(() => document.querySelector<HTMLFormElement>("#upload")?.requestSubmit());
    await expect.poll(() => files).toEqual(["a.bin 300000"]);
  });

  test("a file whose form was sent and failed, or was lost with its process, goes with the form when it is sent again", async () => {
    let [turns, taken] = [0, 0];
    const failing = defineView({
      uploads: { papers: {} },
      hooks: true,
      mount: () => ({}),
      on: {
        async save(_state, _event, ctx) {
          turns++;
          if (turns === 2) await new Promise((go) => setTimeout(go, 60_000).unref());
          for (const file of ctx.uploads.papers) {
            taken++;
            if (turns === 1) file.bytes();
            else files.push(`${file.name} ${file.bytes().length}`);
          }
          if (turns === 1) throw new Error("after it was taken");
        },
      },
      render: (_state, bind, page): Html =>
        html`<form id="upload" ${bind.save("submit")}><input ${page.uploads.papers.input({ id: "file" })}></form><i ${page.hook("Ear")}></i>`,
    });
    const page = await open(client, failing, { route: { onReport: () => {} } });
    const submit = (): Promise<void> =>
      page.evaluate(() => document.querySelector<HTMLFormElement>("#upload")?.requestSubmit());
    await page.setInputFiles("#file", { name: "a.bin", mimeType: "text/plain", buffer: Buffer.alloc(200_000, 7) });
    await submit();
    await live.saw("error");
    assert.equal(taken, 1);
    await submit();
    await expect.poll(() => turns).toBe(2);
    await live.restart();
    await live.saw("unknown");
    await submit();
    await expect.poll(() => files).toEqual(["a.bin 200000"]);
  });

  test("a choice that is another one before the server has heard of it leaves the connection alone", async () => {
    const page = await open(
      client,
      ear(() => html``),
    );
    await page.evaluate(() => {
      const input = document.querySelector("#file") as HTMLInputElement;
      for (const name of ["a.txt", "b.txt"]) {
        const chosen = new DataTransfer();
        chosen.items.add(new File(["text"], name));
        input.files = chosen.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      }
      document.querySelector<HTMLFormElement>("#upload")?.requestSubmit();
    });
    await expect.poll(() => files).toEqual(["b.txt 4"]);
    assert.ok(!(await live.seen()).includes("disconnected"));
  });

  test("files that are chosen while the page is connecting are all sent once it is connected", async () => {
    const page = await open(
      client,
      ear(() => html``),
      {
        setup: `window.busbar = { hooks: { Ear: { mounted(element, live) { window.ear = live } } } };
          const Real = WebSocket;
          const hung = () => (window.hung = {
            send() { throw new DOMException("CONNECTING", "InvalidStateError") },
            close() { setTimeout(() => this.onclose?.()) },
          });
          window.WebSocket = function (url) { return window.isHanging ? hung() : new Real(url) };`,
      },
    );
    await page.evaluate(() => Object.assign(window, { isHanging: true }));
    live.server.cut();
    await page.waitForFunction(() => "hung" in window);
    await page.evaluate(() => {
      const input = document.querySelector("#file") as HTMLInputElement;
      const chosen = new DataTransfer();
      for (const name of ["a.txt", "b.txt"]) chosen.items.add(new File(["text"], name));
      input.files = chosen.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
      document.querySelector<HTMLFormElement>("#upload")?.requestSubmit();
      Object.assign(window, { isHanging: false });
      (window as unknown as { hung: { close(): void } }).hung.close();
    });
    await expect.poll(() => files).toEqual(["a.txt 4", "b.txt 4"]);
  });

  test("a new choice takes the place of a file that was sent and that no handler has taken", async () => {
    let turns = 0;
    const picky = defineView({
      uploads: { papers: {} },
      hooks: true,
      mount: () => ({}),
      on: {
        save(_state, _event, ctx) {
          if (turns++ > 0) for (const file of ctx.uploads.papers) files.push(file.name);
        },
      },
      render: (_state, bind, page): Html =>
        html`<form id="upload" ${bind.save("submit")}><input ${page.uploads.papers.input({ id: "file" })}></form><i ${page.hook("Ear")}></i>`,
    });
    const page = await open(client, picky);
    for (const name of ["a.txt", "b.txt"]) {
      await page.setInputFiles("#file", { name, mimeType: "text/plain", buffer: Buffer.alloc(10, 7) });
      await page.evaluate(() => document.querySelector<HTMLFormElement>("#upload")?.requestSubmit());
      await expect.poll(() => turns).toBe(name === "a.txt" ? 1 : 2);
    }
    assert.deepEqual(files, ["b.txt"]);
  });

  test("a new choice in the same input takes the place of the first", async () => {
    const page = await open(
      client,
      ear(() => html``),
    );
    const file = (name: string) => ({ name, mimeType: "text/plain", buffer: Buffer.alloc(300_000, 7) });
    await page.setInputFiles("#file", [file("a.txt")]);
    await page.setInputFiles("#file", [file("b.txt")]);
    await page.evaluate(() => document.querySelector<HTMLFormElement>("#upload")?.requestSubmit());
    await expect.poll(() => files).toEqual(["b.txt 300000"]);
  });

  test("while an event is on its way its element says so, and when it went wrong too", async () => {
    const page = await open(
      client,
      ear(
        (_n, bind) => html`<button id="go" ${bind.slow("click")}></button><form id="f" ${bind.slow("submit")}></form>`,
      ),
    );
    const classes = await page.evaluate(async () => {
      const seen: string[] = [];
      const button = document.querySelector("#go") as HTMLElement;
      new MutationObserver(() => seen.push(button.className)).observe(button, { attributes: true });
      button.click();
      await until(() => seen.length > 1);
      return seen;
    });
    assert.deepEqual(classes, ["bus-request", ""]);
  });
});
