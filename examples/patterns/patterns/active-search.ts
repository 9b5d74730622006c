import { type Html, html } from "busbar/html";
import { fragments } from "busbar/partial";
import { FRUIT, type Fruit } from "../data.ts";
import { textOf } from "../fields.ts";
import type { Pattern } from "../site.ts";

const ui = fragments({
  results: (found: readonly Fruit[]): Html =>
    html`<ul id="results">${found.map(({ name, colour }) => html`<li>${name} <small>${colour}</small></li>`)}</ul>`,
});

// The form itself asks: on submit as always, and while somebody types. Only the newest answer is shown.
const form = (text: string): Html => html`<form role="search" class="row" action="/active-search"
  bus-get="/active-search" bus-trigger="submit, input changed delay:200ms from:#q"
  bus-target="#results" bus-swap="outerHTML" bus-replace-url="true" bus-indicator="#searching">
<label for="q">Fruit</label> <input type="search" id="q" name="q" value=${text} autocomplete="off">
<button type="submit">Search</button> <span id="searching" class="busy">Searching …</span>
</form>`;

export const activeSearch: Pattern = {
  path: "/active-search",
  title: "Active search",
  about: "Results follow the typing. Enter searches too, and the address can be shared.",
  add(app, page) {
    app.get("/active-search", (c) => {
      const text = textOf(c.query["q"]);
      const found = FRUIT.filter(({ name }) => name.toLowerCase().includes(text.toLowerCase()));
      const message = text === "" ? "" : `${found.length} of ${FRUIT.length} match`;
      return page
        .show(c, () => [form(text), ui.results.render(found)], message)
        .main(ui.results, found)
        .inner({ id: "status" }, html`${message}`);
    });
  },
};
