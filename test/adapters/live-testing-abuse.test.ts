import { describe, expect, test } from "vitest";
import { mountView } from "../../adapters/live-testing/index.ts";
import { each, html } from "../../lib/html/index.ts";
import { defineView } from "../../lib/live/index.ts";
import { signal } from "../../lib/signals/index.ts";

const notes = defineView({
  mount: () => ({ all: signal<readonly string[]>([]), last: signal("") }),
  on: {
    add(state, event) {
      state.all.update((list) => [...list, String(event["text"])]);
      state.last.set(String(event["text"]));
    },
    keys: (state, event) => state.last.set(Object.keys(event).sort().join()),
  },
  render: (
    state,
    bind,
  ) => html`<form id="add" ${bind.add("submit")}><input name="text"></form><p title="${state.last}">${state.last}</p>
<ul>${each(
    state.all,
    (text) => text,
    (text) => html`<li data-text=${text}>${text}</li>`,
  )}</ul><form id="keys" ${bind.keys("submit")}><input name="__proto__" value="x"><input name="constructor" value="y"></form>`,
});

describe("strangers", () => {
  test.each([true, false])(
    "what a visitor types is text, in pages and in patches (JavaScript: %s)",
    async (javascript) => {
      const page = await mountView(notes, { javascript });
      const texts = [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "</li></ul><b>",
        "<!--]-->",
        "&lt;b&gt;",
        "javascript:alert(1)",
      ];
      for (const text of texts) {
        await page.submit("#add", { text });
        expect(page.text("p")).toBe(text);
        expect(page.get("p").attribute("title")).toBe(text);
        expect(page.queryAll("li").map((row) => row.attribute("data-text"))).toContain(text);
      }
      expect(page.queryAll("li").length).toBe(texts.length);
      expect(page.query("img, b, ul script, li > *")).toBeUndefined();
      await page.close();
    },
  );

  test.each([true, false])(
    "a field named like a way to a prototype is none, others named like parts of objects are fields like any other (JavaScript: %s)",
    async (javascript) => {
      const page = await mountView(notes, { javascript });
      await page.submit("#keys");
      expect(page.text("p")).toBe("constructor");
      expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
      await page.close();
    },
  );

  test("what one visitor's session holds, no other page gets", async () => {
    const page = await mountView(notes);
    const other = await page.visit();
    await page.submit("#add", { text: "mine alone" });
    expect(page.html()).toContain("mine alone");
    expect(other.html()).not.toContain("mine alone");
    expect(JSON.stringify(other.frames)).not.toContain("mine alone");
    expect((await page.visit()).html()).not.toContain("mine alone");
    await page.close();
  });

  test("a frame that no client sends costs its sender the connection, and no one else theirs", async () => {
    const page = await mountView(notes);
    const other = await page.visit();
    await other.send([4, 5, 0, 99, null]); // a ref that skips some, a handler that is not there
    await other.advance(20_000);
    await page.submit("#add", { text: "still here" });
    expect([page.state, page.text("p")]).toEqual(["live", "still here"]);
    await page.close();
  });
});
