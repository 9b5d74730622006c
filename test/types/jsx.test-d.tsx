import { describe, expectTypeOf, test } from "vitest";
import { call, classes, type Html, type HtmlValue, html, styles } from "../../lib/html/index.ts";
import { Fragment, type JSX, jsx } from "../../lib/html/jsx-runtime/index.ts";
import { signal } from "../../lib/signals/index.ts";

const Card = (props: { title: string; children?: HtmlValue }): Html => <b title={props.title}>{props.children}</b>;
const Late = async (props: { id: number }): Promise<Html> => <p>{props.id}</p>;
const List = <T,>(props: { items: readonly T[]; children: (item: T) => HtmlValue }): HtmlValue =>
  props.items.map((item) => props.children(item));
const Text = (): string => "a";
const Thing = (): Date => new Date(0);
const user = { name: "Ada" };

declare module "../../lib/html/jsx-runtime/index.ts" {
  namespace JSX {
    interface IntrinsicElements {
      "own-card": { readonly size: number };
    }
  }
}

describe("elements", () => {
  test("are Html", () => {
    expectTypeOf(<p />).toEqualTypeOf<Html>();
    expectTypeOf<JSX.Element>().toEqualTypeOf<Html>();
    expectTypeOf(jsx(Fragment, {})).toEqualTypeOf<Html>();
    html`<div>${<p />}</div>`;
  });

  test("take the attributes and values of HTML", () => {
    <form method="post" action="/x" novalidate>
      <input type="email" required maxlength={5} value={signal("a")} />
      <label for="a" class={classes("b")} style={styles({ top: 0 })} onclick={call("f")} aria-live="polite" data-a={1}>
        text
      </label>
      <svg viewBox="0 0 1 1">
        <title>a</title>
        <path d="M0 0" fill-rule="evenodd" />
      </svg>
      <my-card size={1} key="a">
        text
      </my-card>
    </form>;
  });

  test("refuse other names and values", () => {
    // @ts-expect-error HTML calls it class
    <p className="a" />;
    // @ts-expect-error no such type
    <input type="mail" />;
    // @ts-expect-error href is not an attribute of <p>
    <p href="/" />;
    // @ts-expect-error text in a handler would be code
    <button type="button" onclick="alert(1)" />;
    // @ts-expect-error a function stays on the server
    <button type="button" onclick={() => null} />;
    // @ts-expect-error declarations come from styles()
    <p style="color: red" />;
    // @ts-expect-error a word, not any text
    <p {...{ "aria-live": "loud" }} />;
    // @ts-expect-error markup comes from html or unsafeRawHtml
    const markup: JSX.IntrinsicElements["p"] = { dangerouslySetInnerHTML: { __html: "a" } };
    jsx("p", markup);
    <own-card size={1} />;
    // @ts-expect-error its type is declared above
    <own-card size="1" />;
    // @ts-expect-error no such element
    <center />;
  });

  test("keep children where they belong", () => {
    // @ts-expect-error <br> has no content
    const content: JSX.IntrinsicElements["br"] = { children: "a" };
    jsx("br", content);
    // @ts-expect-error a plain object is no child
    <p>{user}</p>;
    <p>{[1, null, <b key="a" />, () => "a", Promise.resolve("b")]}</p>;
  });
});

describe("components", () => {
  test("take their own properties, and a key", () => {
    <Card title="a" key={1}>
      text
    </Card>;
    <Late id={1} />;
    <List items={[1, 2]}>{(n) => n.toFixed(1)}</List>;
    <Text />;
    // @ts-expect-error title is missing
    <Card />;
    // @ts-expect-error an id is a number
    <Late id="a" />;
    // @ts-expect-error a date is no node
    <Thing />;
    // @ts-expect-error Text takes no children
    <Text>a</Text>;
  });
});
