import { describe, expectTypeOf, test } from "vitest";
import {
  type Child,
  type ContextKey,
  call,
  childOf,
  classes,
  contextKey,
  each,
  type Html,
  type HtmlPart,
  type HtmlSettled,
  type HtmlValue,
  html,
  json,
  match,
  provide,
  READ,
  type Readable,
  renderToBytes,
  renderToString,
  spread,
  styles,
  unsafeRawHtml,
  use,
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

  test("take promises, in any hole and of anything that is a hole", () => {
    const load = async (): Promise<string> => "a";
    const later = async () => html`<b>${await load()}</b>`;
    expectTypeOf<PromiseLike<HtmlSettled>>().toExtend<HtmlValue>();
    html`<p title=${load()}>${later()}${later}${load}${[load(), "b"]}${Promise.resolve(null)}</p>`;
    // @ts-expect-error what it settles with has to be a hole too
    html`${Promise.resolve(user)}`;
    // @ts-expect-error the same of an async function
    html`${async () => user}`;
    // @ts-expect-error the same within a list
    html`${[Promise.resolve(new Date(0))]}`;
  });

  test("take no plain objects, dates, symbols or sets", () => {
    // @ts-expect-error an object has no meaning as text
    html`${user}`;
    // @ts-expect-error neither between tags
    html`<p>${user}</p>`;
    // @ts-expect-error nor as an attribute
    html`<p title=${user}></p>`;
    // @ts-expect-error nor in a list
    html`<p>${[user]}</p>`;
    // @ts-expect-error nor from a function
    html`<p>${() => user}</p>`;
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

type Order = { readonly kind: "open"; readonly due: number } | { readonly kind: "paid" };
declare const order: Order;
declare const size: "s" | "m";

test("match asks for a way to write each case, and hands it the part of the union it is for", () => {
  match(order, { open: ({ due }) => void expectTypeOf(due).toBeNumber(), paid: () => "Thank you" });
  match(size, { s: (word) => void expectTypeOf(word).toEqualTypeOf<"s">(), m: () => "medium" });
  match(order.kind === "open", { true: () => "open", false: () => "closed" });
  match(size, { s: () => "small" }, (word) => word);
  // @ts-expect-error "paid" is left out
  match(order, { open: ({ due }) => due });
  // @ts-expect-error "m" is left out
  match(size, { s: () => "small" });
  // @ts-expect-error "false" is left out
  match(order.kind === "open", { true: () => "open" });
  // @ts-expect-error no order is of this kind
  match(order, { open: () => "", paid: () => "", late: () => "" });
  // @ts-expect-error only what is open is due
  match(order, { open: () => "", paid: ({ due }) => due });
  // @ts-expect-error a plain object is no node
  match(size, { s: () => user, m: () => "" });
  // @ts-expect-error it has no kind
  match(user, {});
});

test("provide and use agree on the type of their key", () => {
  const account = contextKey<{ readonly name: string }>("account");
  const theme = contextKey("theme", "light");
  expectTypeOf(theme).toEqualTypeOf<ContextKey<string>>();
  use(theme, (word) => void expectTypeOf(word).toEqualTypeOf<string>());
  const greeting = use(account, ({ name }) => html`<b>${name}</b>`);
  expectTypeOf(greeting).toEqualTypeOf<HtmlPart>();
  expectTypeOf(provide(account, user, () => html`<p>${greeting}</p>`)).toExtend<HtmlValue>();
  provide(theme, "dark", async () => greeting);
  // @ts-expect-error an account has a name
  provide(account, {}, () => greeting);
  // @ts-expect-error a theme is a word
  provide(theme, 1, () => greeting);
  // @ts-expect-error children are a function, so that they run inside
  provide(theme, "dark", greeting);
  // @ts-expect-error an account has no age
  use(account, ({ age }) => age);
  // @ts-expect-error an account as such is no node
  use(account, (value) => value);
});

test("a child is told apart by its kind", () => {
  const child: Child = childOf("a");
  if (child.kind === "list") expectTypeOf(child.items).toEqualTypeOf<readonly Html[]>();
  // @ts-expect-error only a text has text
  child.text;
});
