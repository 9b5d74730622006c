import { describe, expect, test } from "vitest";
import { type Html, type HtmlValue, html, renderToString } from "../../lib/html/index.ts";
import { HOT_RENDERS } from "../../lib/html/program/program.ts";
import { compiled } from "../../lib/html/program/template.ts";
import { Habit } from "../../lib/html/render/habit.ts";

const PAUSE = 1_000;

/** How many renders are asked for until one is to be bytes. */
function joinedFirst(habit: Habit): number {
  let count = 0;
  while (!habit.wantsBytes()) count++;
  return count;
}

describe("a kind of page that is asked for as a string", () => {
  test("is joined until it is asked for often, and written as bytes while its templates learn to", () => {
    const habit = new Habit();
    expect(joinedFirst(habit)).toBe(HOT_RENDERS);
    for (let i = 0; i < 2 * HOT_RENDERS; i++) habit.learn(10, 5, 10);
    expect(joinedFirst(habit)).toBe(0);
  });

  test.each([
    ["of more bytes than characters", 5_001, 5_000, 0],
    ["that is short", 900, 900, 0],
    ["that is long", 2_000_000, 2_000_000, 0],
    ["of which much was joined", 5_000, 5_000, 2_000],
  ])("is joined for a while after a page %s", (_, bytes, chars, joined) => {
    const habit = new Habit();
    joinedFirst(habit);
    for (let i = 0; i < 2 * HOT_RENDERS; i++) habit.learn(5_000, 5_000, 100);
    habit.learn(5_000, 5_000, 100);
    expect(joinedFirst(habit)).toBe(0);
    habit.learn(bytes, chars, joined);
    expect(joinedFirst(habit)).toBe(PAUSE);
    expect(joinedFirst(habit)).toBe(0);
  });

  test("is the same text at every render", () => {
    const cell = (text: string): Html => html`<td title=${text}>${text}</td>`;
    const texts = ["a<b", "plain", "größe", "漢字 & 🎈", "half \ud83d", "long ".repeat(40)];
    const pages: ((text: string) => HtmlValue)[] = [
      (text) => html`<table><tr>${[text, ...texts].map(cell)}</tr></table>`,
      (text) => [html`<!doctype html>`, html`<p>${text}</p>`],
      (text) => [html`<i>${text}</i>`, text],
    ];
    for (const page of pages) {
      const expected = texts.map((text) => renderToString(page(text)));
      for (let i = 0; i < 5 * HOT_RENDERS; i++) {
        expect(renderToString(page(texts[i % texts.length] as string))).toBe(expected[i % texts.length]);
      }
    }
    expect(compiled(cell("").template).hot.byteProgram).toBeDefined();
  });

  test("may be rendered within another one", () => {
    const inner = (i: number): Html => html`<b>${i}</b>`;
    const outer = (i: number): Html => html`<main>${() => html`<i>${renderToString(inner(i))}</i>`}</main>`;
    for (let i = 0; i < 5 * HOT_RENDERS; i++) {
      expect(renderToString(outer(i))).toBe(`<main><i>&lt;b&gt;${i}&lt;/b&gt;</i></main>`);
    }
  });
});
