import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  boundary,
  classes,
  contextKey,
  each,
  type Html,
  type HtmlValue,
  html,
  provide,
  renderToBytes,
  renderToBytesAsync,
  renderToChunks,
  renderToStream,
  renderToString,
  renderToStringAsync,
  spread,
  use,
} from "../../lib/html/index.ts";
import { runs } from "../helpers/runs.ts";
import { deferred, errorOf } from "./helpers.ts";
import { nodeOf, plans } from "./random-nodes.ts";

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

async function chunksText(node: HtmlValue): Promise<string> {
  const chunks = renderToChunks(node);
  const all: Uint8Array[] = [];
  for (let next = await chunks.next(); next !== undefined; next = await chunks.next()) all.push(next);
  return Buffer.concat(all).toString();
}

describe("renders that wait", () => {
  test("write what the synchronous render writes, whatever is nested and however late it comes", async () => {
    await fc.assert(
      fc.asyncProperty(plans, async (plan) => {
        const expected = renderToString(nodeOf(plan, false));
        expect(await renderToStringAsync(nodeOf(plan, true))).toBe(expected);
        expect(text(await renderToBytesAsync(nodeOf(plan, true)))).toBe(expected);
        expect(await chunksText(nodeOf(plan, true))).toBe(expected);
        expect(text(renderToBytes(nodeOf(plan, false)))).toBe(expected);
        expect(await renderToStringAsync(nodeOf(plan, false))).toBe(expected);
      }),
      { numRuns: runs(300) },
    );
  });

  test("give the value itself when nothing has to be waited for", () => {
    expect(renderToStringAsync(html`<p>${1}</p>`)).toBe("<p>1</p>");
    expect(renderToBytesAsync(html`<p>${1}</p>`)).toBeInstanceOf(Uint8Array);
    expect(renderToChunks(html`<p>${1}</p>`).next()).toBeInstanceOf(Uint8Array);
  });

  test("wait for promises in attributes, titles, scripts and srcdoc too", async () => {
    const soon = <T>(value: T): Promise<T> => Promise.resolve(value);
    const page = html`<a href=${soon("/x?a&b")} class="a ${soon("b")}">x</a><textarea>${soon("<t>")}</textarea>
      <iframe srcdoc=${html`<p>${soon("&")}</p>`}></iframe>`;
    expect(await renderToStringAsync(page)).toBe(
      `<a href="/x?a&amp;b" class="a b">x</a><textarea>\n&lt;t&gt;</textarea>
      <iframe srcdoc="&lt;p&gt;&amp;amp;&lt;/p&gt;"></iframe>`,
    );
  });

  test("wait for what functions and spreads promise outside children", async () => {
    const soon = async (value: string) => value;
    const page = html`<title>${() => soon("<t>")}</title><input title=${() => soon("a")} ${spread({ value: soon("b&"), name: () => soon("c"), hidden: null } as never)} class="x ${() => soon("d")}"><i ${async () => spread({ id: "e" })}></i>`;
    expect(await renderToStringAsync(page)).toBe(
      '<title>&lt;t&gt;</title><input title="a" value="b&amp;" name="c" class="x d"><i id="e"></i>',
    );
  });

  test("leave no rejection unhandled behind an error, a failed boundary or a cancel", async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on("unhandledRejection", note);
    const rejects = (): Promise<string> => Promise.reject(new Error("behind"));
    const thrower = (): never => {
      throw new Error("first");
    };
    const behind = (): HtmlValue =>
      html`${thrower}${rejects()}<p title=${rejects()}></p>${[html`<b>${rejects()}</b>`]}`;
    expect(() => renderToString(behind())).toThrow("first");
    expect(() => renderToBytes(behind())).toThrow("first");
    expect(() => renderToString(html`${rejects()}${rejects()}`)).toThrow();
    expect(renderToString(boundary(behind, { failed: () => "failed" }))).toBe("failed");
    expect(() => renderToStringAsync(behind())).toThrow("first");
    expect(await renderToStringAsync(boundary(behind, { failed: () => "failed" }))).toBe("failed");
    const chunks = renderToChunks(html`${"x".repeat(20_000)}${html`<p></p>`}${rejects()}`);
    chunks.next();
    chunks.cancel();
    await new Promise((done) => setTimeout(done, 10));
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });

  test("start no query that is not rendered, as queries are thenables that start when they are asked", async () => {
    let started = 0;
    const query = {
      // biome-ignore lint/suspicious/noThenProperty: this is what such libraries do
      then(done: (value: string) => void): void {
        started++;
        done("rows");
      },
    } as PromiseLike<string>;
    const thrower = (): never => {
      throw new Error("first");
    };
    const page = (first: HtmlValue): HtmlValue => html`${first}<p title=${query}>${query}</p>`;
    expect(() => renderToString(page(thrower))).toThrow("first");
    expect(() => renderToStringAsync(page(thrower))).toThrow("first");
    expect(await renderToStringAsync(boundary(() => page(thrower), { failed: () => "failed" }))).toBe("failed");
    expect(started).toBe(0);
    expect(await renderToStringAsync(page(""))).toBe('<p title="rows">rows</p>');
    expect(started).toBe(2);
  });

  test("an attribute waits for its own promises alone", async () => {
    const chunks = renderToChunks(html`<p title="${"t"} ${Promise.resolve("a")}">${new Promise<string>(() => {})}</p>`);
    const first = (await chunks.next()) ?? new Uint8Array();
    const second = Buffer.from(first).toString().includes("t a") ? undefined : await chunks.next();
    expect(Buffer.concat([first, second ?? new Uint8Array()]).toString()).toBe('<p title="t a">');
    chunks.cancel();
  });

  test("take a thenable that throws as a promise would be: what it settled with first counts", async () => {
    const page = (settles: boolean): HtmlValue =>
      boundary(
        () =>
          html`<p>${
            {
              // biome-ignore lint/suspicious/noThenProperty: as above
              then(done: (value: string) => void): void {
                if (settles) done("settled");
                throw new Error("thrown");
              },
            } as PromiseLike<string>
          }</p>`,
        { failed: (error) => (error as Error).message },
      );
    expect(await renderToStringAsync(page(true))).toBe("<p>settled</p>");
    expect(await renderToStringAsync(page(false))).toBe("thrown");
  });

  test("start all promises of a page before the first has settled", async () => {
    const first = deferred<string>();
    let started = 0;
    const page = html`<p>${first.promise}</p>${each(
      [1, 2, 3],
      (n) => n,
      (n) => async () => {
        started++;
        return `${n}`;
      },
    )}`;
    const rendered = renderToStringAsync(page);
    expect(started).toBe(3);
    first.resolve("0");
    expect(await rendered).toBe("<p>0</p>123");
  });

  test("keep the scope across promises, and keep siblings apart", async () => {
    const key = contextKey<string>("who");
    const who = use(key, (name) => html`<b>${name}</b>`);
    const later = (name: string): HtmlValue =>
      provide(key, name, async () => {
        await null;
        return [who, provide(key, `${name}!`, () => Promise.resolve(who)), who];
      });
    expect(await renderToStringAsync(html`${later("a")}${later("b")}`)).toBe(
      "<b>a</b><b>a!</b><b>a</b><b>b</b><b>b!</b><b>b</b>",
    );
    await expect(renderToStringAsync(html`${Promise.resolve(who)}`)).rejects.toThrow(/who/);
  });

  test("fail with what a promise is rejected with, and leave no rejection unhandled", async () => {
    const page = html`${Promise.reject(new Error("first"))}${Promise.reject(new Error("second"))}`;
    await expect(renderToStringAsync(page)).rejects.toThrow("first");
    await new Promise((done) => setImmediate(done));
  });

  test("synchronous renders refuse a promise by name", () => {
    expect(errorOf(() => renderToString(html`${Promise.resolve(1)}`)).code).toBe("HTML_ASYNC_HOLE");
    expect(errorOf(() => renderToBytes(html`<p class=${Promise.resolve("x")}>`)).code).toBe("HTML_ASYNC_HOLE");
    const bounded = boundary(() => Promise.resolve(1), { failed: () => "no" });
    expect(errorOf(() => renderToString(bounded)).code).toBe("HTML_ASYNC_HOLE");
  });
});

describe("pieces", () => {
  test("what stands before the first promise leaves before it settles", async () => {
    const late = deferred<string>();
    const chunks = renderToChunks(html`<head></head><main>${late.promise}</main><footer>f</footer>`);
    expect(text(chunks.next() as Uint8Array)).toBe("<head></head><main>");
    const next = chunks.next();
    expect(next).toBeInstanceOf(Promise);
    late.resolve("x");
    expect(text(await next)).toBe("x</main><footer>f</footer>");
    expect(chunks.next()).toBeUndefined();
    expect(chunks.next()).toBeUndefined();
  });

  test("are rendered as they are asked for: a slow reader slows the render", () => {
    let rows = 0;
    const page = html`<ul>${each(
      {
        *[Symbol.iterator]() {
          yield* Array.from({ length: 100_000 }, (_, i) => i);
        },
      },
      (i) => i,
      (i) => {
        rows++;
        return html`<li>${"x".repeat(90)}${i}</li>`;
      },
    )}</ul>`;
    const chunks = renderToChunks(page);
    expect(rows).toBe(0);
    for (let n = 1; n <= 20; n++) {
      const piece = chunks.next() as Uint8Array;
      expect(piece.length).toBeLessThan(20_000);
      expect(rows).toBeLessThan(n * 200);
    }
  });

  test("hold a bounded number of promises at a time", async () => {
    let running = 0;
    let most = 0;
    const row = async (i: number): Promise<Html> => {
      most = Math.max(most, ++running);
      await new Promise((done) => setImmediate(done));
      running--;
      return html`<li>${i}</li>`;
    };
    const page = html`<ul>${each(
      Array.from({ length: 1_000 }, (_, i) => i),
      (i) => i,
      (i) => () => row(i),
    )}</ul>`;
    const expected = Array.from({ length: 1_000 }, (_, i) => `<li>${i}</li>`).join("");
    expect(await chunksText(page)).toBe(`<ul>${expected}</ul>`);
    expect(most).toBeLessThanOrEqual(256);
  });

  test("tell that a piece was the last one", async () => {
    const short = renderToChunks(html`<p>${1}</p>`);
    expect(short.isDone).toBe(false);
    short.next();
    expect(short.isDone).toBe(true);
    const long = renderToChunks(html`${"x".repeat(20_000)}${Promise.resolve("\ud83d")}`);
    const seen: boolean[] = [];
    for (let next = await long.next(); next !== undefined; next = await long.next()) seen.push(long.isDone);
    expect(seen.at(-1)).toBe(true);
    expect(seen.slice(0, -1)).not.toContain(true);
  });

  test("find promises in short lists and in lists within them", async () => {
    const soon = (value: string): Promise<string> => Promise.resolve(value);
    const row = (i: number): Html =>
      html`<li class=${classes("a")}>${[1, 2].map((k) => html`<b>${[k, k === i ? soon("x") : "y"]}</b>`)}${i === 0 ? soon("z") : null}</li>`;
    const page = html`<ul>${[0, 1, 2, 3].map(row)}</ul>`;
    const bold = (k: number, i: number): string => `<b>${k}${k === i ? "x" : "y"}</b>`;
    const rows = [0, 1, 2, 3].map((i) => `<li class="a">${bold(1, i)}${bold(2, i)}${i === 0 ? "z" : ""}</li>`);
    expect(await chunksText(page)).toBe(`<ul>${rows.join("")}</ul>`);
  });

  test("never split a character, wherever the pieces end", async () => {
    const emoji = "😀";
    for (const padding of [16_380, 16_381, 16_382, 16_383, 16_384]) {
      const page = html`<p>${"x".repeat(padding)}${[emoji, emoji, "\ud83d"]}</p>`;
      expect(await chunksText(page)).toBe(renderToString(page));
    }
  });

  test("cancelling stops the render and what follows throws the reason", async () => {
    const late = deferred<string>();
    let rendered = false;
    const chunks = renderToChunks(
      html`<p>${late.promise}</p>${() => {
        rendered = true;
        return "x";
      }}`,
    );
    chunks.cancel(new Error("gone"));
    expect(() => chunks.next()).toThrow("gone");
    late.resolve("y");
    await null;
    expect(rendered).toBe(false);
    expect(() => chunks.next()).toThrow("gone");
    const other = renderToChunks(html`<p>${deferred<string>().promise}</p>`);
    other.next();
    const waiting = other.next() as Promise<unknown>;
    other.cancel();
    await expect(waiting).rejects.toMatchObject({ code: "HTML_ABORTED" });
  });

  test("a list that is changed between two pieces is rendered as it was", async () => {
    const rows = Array.from({ length: 5_000 }, (_, i) => i);
    const expected = renderToString(
      html`${each(
        rows,
        (i) => i,
        (i) => html`<li>${i}</li>`,
      )}${rows.map((i) => html`<b>${i}</b>`)}`,
    );
    const chunks = renderToChunks(
      html`${each(
        rows,
        (i) => i,
        (i) => html`<li>${i}</li>`,
      )}${rows.map((i) => html`<b>${i}</b>`)}`,
    );
    let out = text(chunks.next() as Uint8Array);
    rows.length = 100;
    rows.reverse();
    for (let next = chunks.next(); next !== undefined; next = chunks.next()) out += text(next as Uint8Array);
    expect(out).toBe(expected);
  });
});

describe("streams", () => {
  test("carry the page and close", async () => {
    const page = html`<p>${Promise.resolve("é")}</p>`;
    expect(await new Response(renderToStream(page)).text()).toBe("<p>é</p>");
  });

  test("render nothing before they are read", async () => {
    let rendered = false;
    const stream = renderToStream(() => {
      rendered = true;
      return "x";
    });
    await new Promise((done) => setImmediate(done));
    expect(rendered).toBe(false);
    await new Response(stream).text();
    expect(rendered).toBe(true);
  });

  test("fail with the signal's reason when it is aborted, before, between and while waiting", async () => {
    const early = AbortSignal.abort(new Error("early"));
    await expect(new Response(renderToStream(html`x`, { signal: early })).text()).rejects.toThrow("early");
    const controller = new AbortController();
    const reader = renderToStream(html`a${deferred<string>().promise}b`, { signal: controller.signal }).getReader();
    expect(text((await reader.read()).value)).toBe("a");
    const waiting = reader.read();
    controller.abort(new Error("left"));
    await expect(waiting).rejects.toThrow("left");
  });

  test("pass an error in the middle on to the reader", async () => {
    const reader = renderToStream(html`a${Promise.reject(new Error("middle"))}`).getReader();
    expect(text((await reader.read()).value)).toBe("a");
    await expect(reader.read()).rejects.toThrow("middle");
  });

  test("a reader that cancels ends the render", async () => {
    const late = deferred<string>();
    let rows = 0;
    const stream = renderToStream(html`a${late.promise.then((value) => [value, () => String(rows++)])}`);
    const reader = stream.getReader();
    await reader.read();
    await reader.cancel();
    late.resolve("x");
    await new Promise((done) => setImmediate(done));
    expect(rows).toBe(0);
  });
});
