import { describe, expectTypeOf, test } from "vitest";
import {
  attrs,
  type BusSharedAttributes,
  call,
  classes,
  type ElementAttributes,
  el,
  element,
  type Html,
  html,
  json,
  type Spread,
  styles,
} from "../../lib/html/index.ts";
import { computed, signal } from "../../lib/signals/index.ts";

describe("el", () => {
  test("takes the attributes of its element, then children", () => {
    expectTypeOf(el.a({ href: "/", class: classes("a") }, "b", el.b(null, 1), null)).toEqualTypeOf<Html>();
    el.input({ type: "email", required: true, maxlength: 5, value: 1, step: "any" });
    el.button({ onclick: call("f"), style: styles({ top: 0 }), formmethod: "post", popovertargetaction: "show" });
    el.div({
      "data-id": 7,
      "bus-get": "/x",
      "hx-target": "#a",
      "aria-hidden": true,
      "aria-checked": "mixed",
      role: "tab",
    });
    el.svg(
      { viewBox: "0 0 1 1" },
      el.path({ d: "M0 0", "fill-rule": "evenodd" }),
      el.linearGradient({ gradientUnits: "userSpaceOnUse" }),
    );
    el.math({ display: "block" }, el.mo({ stretchy: "false", symmetric: true }));
    el.a({ download: true, hidden: "until-found", popover: "manual", contenteditable: "plaintext-only" });
    el.iframe({ srcdoc: html`<p>a</p>`, sandbox: true, loading: "lazy" });
    el.br();
  });

  test("takes what yields a value in place of the value, and nothing", () => {
    const method = signal<"get" | "post">("post");
    el.form({
      method,
      action: () => "/x",
      name: Promise.resolve("f"),
      novalidate: computed(() => true),
      id: null,
      title: undefined,
    });
    el.form({ method: () => method });
    // @ts-expect-error the signal's values are no methods
    el.form({ method: signal("put") });
    // @ts-expect-error nor is what the function returns
    el.form({ method: () => "put" });
  });

  test("refuses names the element does not have", () => {
    // @ts-expect-error href is not an attribute of <p>
    el.p({ href: "/" });
    // @ts-expect-error HTML calls it class
    el.p({ className: "a" });
    // @ts-expect-error obsolete
    el.td({ bgcolor: "red" });
    // @ts-expect-error there is no such ARIA attribute
    el.p({ "aria-lable": "a" });
    // @ts-expect-error HTML is written by html, or by unsafeRawHtml
    el.p({ dangerouslySetInnerHTML: { __html: "a" } });
    // @ts-expect-error obsolete elements are not there
    el.font({});
  });

  test("refuses values the attribute does not take", () => {
    // @ts-expect-error no such type
    el.input({ type: "mail" });
    // @ts-expect-error a boolean attribute stands or does not
    el.input({ required: "required" });
    // @ts-expect-error words only
    el.img({ loading: "later" });
    // @ts-expect-error no such direction
    el.p({ dir: "up" });
    // @ts-expect-error no such role
    el.p({ role: "buton" });
    // @ts-expect-error none of the words
    el.p({ "aria-live": "loud" });
    // @ts-expect-error a number is no URL
    el.a({ href: 5 });
    // @ts-expect-error class lists come from classes()
    el.p({ class: { a: true } });
    // @ts-expect-error declarations come from styles()
    el.p({ style: "color: red" });
    // @ts-expect-error text in a handler would be code
    el.p({ onclick: "alert(1)" });
    // @ts-expect-error a function stays on the server
    el.p({ onclick: () => "alert(1)" });
    // @ts-expect-error a title is text
    el.p({ title: true });
    // @ts-expect-error a plain object has no meaning as text
    el.p({ "data-a": { b: 1 } });
    // @ts-expect-error true or false
    el.mo({ stretchy: "yes" });
  });

  test("keeps children where they belong", () => {
    // @ts-expect-error <br> has no content
    el.br(null, "a");
    // @ts-expect-error attributes come first
    el.p("a");
    // @ts-expect-error a plain object is no child
    el.p(null, { a: 1 });
  });
});

describe("bus-*", () => {
  test("names of the client compile, with what each takes", () => {
    el.div({
      "bus-get": "/x",
      "bus-push-url": true,
      "bus-replace-url:inherited": "/y",
      "bus-swap": "innerHTML show:top",
      "bus-vals": json({ id: 7 }),
      "bus-headers:inherited": json({ "X-A": "b" }),
      "bus-target:inherited": "closest li",
      "bus-status:404": "target:#gone",
      "bus-status:5xx:inherited": "none",
      "bus-boost": false,
      "bus-preserve": true,
      "bus-encoding": "multipart/form-data",
    });
    expectTypeOf<keyof BusSharedAttributes>().toExtend<`bus-${string}`>();
  });

  test("other names and values do not", () => {
    // @ts-expect-error there is no such attribute
    el.div({ "bus-targt": "#x" });
    // @ts-expect-error addresses are not inherited
    el.div({ "bus-get:inherited": "/x" });
    // @ts-expect-error a number is no address
    el.div({ "bus-get": 7 });
    // @ts-expect-error values are JSON: json({ ... })
    el.div({ "bus-vals": '{"a":1}' });
    // @ts-expect-error true or false
    el.div({ "bus-boost": "yes" });
    // @ts-expect-error there is no such encoding
    el.div({ "bus-encoding": "json" });
  });
});

test("element takes any tag name and any attribute", () => {
  expectTypeOf(element("my-card", { size: 1, onclick: call("f") }, "a")).toEqualTypeOf<Html>();
  // @ts-expect-error attributes of all elements keep their types
  element("my-card", { onclick: "alert(1)" });
});

test("attrs yields what a hole among attributes takes", () => {
  expectTypeOf(attrs.input({ type: "email" })).toEqualTypeOf<Spread>();
  html`<input ${attrs.input({ type: "email", "data-a": json([]) })}>`;
  // @ts-expect-error no such type
  attrs.input({ type: "mail" });
});

test("the table types a component's own properties", () => {
  const field = (props: ElementAttributes["input"]): Html => el.input({ ...props, type: "text" });
  field({ name: "a" });
});
