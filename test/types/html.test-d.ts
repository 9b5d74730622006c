import { describe, expectTypeOf, test } from "vitest";
import {
  type Child,
  call,
  childOf,
  classes,
  each,
  type Html,
  type HtmlValue,
  html,
  json,
  READ,
  type Readable,
  renderToBytes,
  renderToString,
  spread,
  styles,
  unsafeRawHtml,
  when,
} from "../../lib/html/index.ts";
import type { BufferPool, Lease } from "../../lib/pool/index.ts";
import { computed, signal } from "../../lib/signals/index.ts";

declare const pool: BufferPool;
const user = { name: "Ada" };

describe("holes", () => {
  test("take text, numbers, nodes, lists, functions, readables and the helpers", () => {
    html`${"a"}${1}${1n}${true}${null}${undefined}${html`b`}${["a", [html`b`, 1]]}${() => "a"}${() => [html`b`]}`;
    html`${json({})}${unsafeRawHtml("b")}${each(
      [1],
      (n) => n,
      (n) => n,
    )}${when(1, () => "a")}`;
    html`<p class=${classes({ a: true })} style=${styles({ top: 0 })} onclick=${call("f")} ${spread({ id: "a" })}></p>`;
  });

  test("take signals, which know nothing of html", () => {
    expectTypeOf(signal("a")).toExtend<Readable<HtmlValue>>();
    expectTypeOf(computed(() => 1)).toExtend<HtmlValue>();
    html`${signal(1)}${{ [READ]: () => "a" }}`;
  });

  test("take no plain objects, promises, dates, symbols or sets", () => {
    // @ts-expect-error an object has no meaning as text
    html`${user}`;
    // @ts-expect-error a promise cannot be rendered synchronously
    html`${Promise.resolve("a")}`;
    // @ts-expect-error a date has many formats
    html`${new Date(0)}`;
    // @ts-expect-error a symbol has no text
    html`${Symbol("a")}`;
    // @ts-expect-error only arrays are sequences
    html`${new Set(["a"])}`;
    // @ts-expect-error class names come through classes()
    html`<p class=${{ a: true }}></p>`;
    // @ts-expect-error Html is made by html alone
    const forged: Html = { template: html``.template, values: [] };
    html`${forged}`;
  });
});

test("html cannot be called with text", () => {
  // @ts-expect-error it is the tag of a template
  html("<b>");
});

test("bytes are the caller's own, or a lease of the pool", () => {
  expectTypeOf(renderToBytes("a")).toEqualTypeOf<Uint8Array>();
  expectTypeOf(renderToBytes("a", { nonce: "a" })).toEqualTypeOf<Uint8Array>();
  expectTypeOf(renderToBytes("a", { pool })).toEqualTypeOf<Lease>();
  expectTypeOf(renderToString("a")).toEqualTypeOf<string>();
});

test("rows and branches see the types of their values", () => {
  each(
    [user],
    (item) => item.name,
    (item, index) => html`${item.name}${index}`,
  );
  each(
    signal([user]),
    (item) => item.name,
    (item) => html`${item.name}`,
  );
  each(
    new Map([["a", 1]]),
    ([key]) => key,
    ([, n]) => n,
  );
  const badKey = (item: typeof user): typeof user => item;
  // @ts-expect-error a key is text or a number
  each([user], badKey, () => "a");
  const maybe = user as typeof user | undefined;
  when(maybe, (value) => expectTypeOf(value).toEqualTypeOf<typeof user>());
  when(signal<typeof user | null>(null), (value) => value.name);
});

test("a child is told apart by its kind", () => {
  const child: Child = childOf("a");
  if (child.kind === "list") expectTypeOf(child.items).toEqualTypeOf<readonly Html[]>();
  // @ts-expect-error only a text has text
  child.text;
});
