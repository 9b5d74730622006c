import type { IncomingMessage } from "node:http";
import { expectTypeOf, test } from "vitest";
import type { Html } from "../../lib/html/index.ts";
import { html } from "../../lib/html/index.ts";
import { fragments, isPartial, keyed, type Parts, type Place, type PropsOf, reply } from "../../lib/partial/index.ts";

interface Todo {
  readonly id: number;
  readonly title: string;
}

declare const request: IncomingMessage;
declare const todo: Todo;
declare function parts(item: (parts: Parts) => unknown): AsyncIterable<(parts: Parts) => unknown>;

const ui = fragments({
  list: (todos: readonly Todo[]) => html`<ul id="list">${todos.length}</ul>`,
  toast: ({ text }: { text: string }) => html`<p id="toast">${text}</p>`,
  nav: () => html`<nav id="nav"></nav>`,
  row: keyed(
    (one: Todo) => one.id,
    (one, id) => html`<li id=${id}>${one.title}</li>`,
  ),
});

test("views keep the types of their props", () => {
  expectTypeOf(ui.toast.render).parameters.toEqualTypeOf<[props: { text: string }]>();
  expectTypeOf(ui.nav.render).parameters.toEqualTypeOf<[]>();
  expectTypeOf(ui.row.at).parameters.toEqualTypeOf<[key: number]>();
  expectTypeOf(ui.row.at(7)).toEqualTypeOf<Place>();
  expectTypeOf<PropsOf<unknown>>().toEqualTypeOf<[]>();
});

test("what exists and fits compiles", () => {
  reply(request).main(ui.row, todo).main(ui.nav).main(html``).oob(ui.toast, { text: "x" }).oob(ui.nav);
  reply(request).append(ui.list, ui.row, todo).prepend(ui.list, html``).before(ui.row.at(7), ui.row, todo);
  reply(request).remove(ui.toast).remove(ui.row, 7).inner(ui.toast, html``).retarget(ui.list).retarget("#x > .y");
  reply(new Request("https://a.test"))
    .page(html``)
    .page(() => html``);
  reply(request)
    .swap(ui.list, "innerMorph", ui.row, todo)
    .swap(ui.list, ["beforeend", { scroll: "bottom" }], html``);
  reply(request).reswap("innerHTML", { show: "top", transition: true, delayMs: 100, focusScroll: false });
  reply(request).reswap("outerHTML", { show: { place: ui.row.at(7), edge: "top" }, scroll: "bottom" });
  reply(request).location("/x", {
    target: ui.list,
    swap: ["innerHTML", { show: "window:top" }],
    select: "#a",
    push: false,
  });
  reply(request).reselect("#a").etag(7).etag("v7");
  async function* items() {
    yield html``;
    yield (parts: Parts) => parts.oob(ui.toast, { text: "x" }).remove(ui.row, 7);
  }
  reply(request).stream(items());
  expectTypeOf(isPartial).toBeCallableWith(request);
  expectTypeOf(reply(request).body).toEqualTypeOf<Html | AsyncIterable<Html>>();
});

test("what does not exist or fit does not compile", () => {
  // @ts-expect-error there is no such fragment
  reply(request).oob(ui.toats, { text: "x" });
  // @ts-expect-error the props are wrong
  reply(request).oob(ui.toast, { texts: "x" });
  // @ts-expect-error the props are missing
  reply(request).main(ui.row);
  // @ts-expect-error it takes none
  reply(request).main(ui.nav, 1);
  // @ts-expect-error a keyed one is in many places: say which, with at()
  reply(request).append(ui.row, html``);
  // @ts-expect-error the key is a number
  reply(request).remove(ui.row, "7");
  // @ts-expect-error the key is missing
  reply(request).remove(ui.row);
  // @ts-expect-error text is not a template
  reply(request).main("<b>text</b>");
  // @ts-expect-error there is no such style
  reply(request).reswap("sideways");
  // @ts-expect-error there is no such modifier
  reply(request).reswap("innerHTML", { shows: "top" });
  // @ts-expect-error nor such an edge
  reply(request).reswap("innerHTML", { show: "left" });
  // @ts-expect-error a keyed one is in many places
  reply(request).reswap("innerHTML", { show: { place: ui.row, edge: "top" } });
  // @ts-expect-error the props are wrong
  reply(request).swap(ui.list, "innerMorph", ui.row, { id: "7" });
  // @ts-expect-error the swap is missing
  reply(request).swap(ui.list, ui.row, todo);
  // @ts-expect-error there is no such option
  reply(request).location("/x", { targt: ui.list });
  // @ts-expect-error main is no part
  reply(request).stream(parts((list) => list.main(html``)));
});

test("while no events are declared every name compiles", () => {
  reply(request).trigger("anything").trigger("anything", { at: "all" });
});
