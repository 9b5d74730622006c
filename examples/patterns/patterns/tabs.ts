import { type Html, html } from "busbar/html";
import { fragments } from "busbar/partial";
import { COLOURS, FRUIT } from "../data.ts";
import { textOf } from "../fields.ts";
import type { Pattern } from "../site.ts";

// Links, not role=tab: that role promises arrow keys. Each tab has an address, so Back and bookmarks work.
const ui = fragments({
  tabs: (colour: string): Html => html`<div id="tabs">
<nav class="tabs" aria-label="Colours">${COLOURS.map((each) => {
    const url = `/tabs?colour=${each}`;
    return html`<a id=${`tab-${each}`} href=${url} aria-current=${each === colour ? "true" : null}
  bus-get=${url} bus-target="#tabs" bus-swap="outerHTML" bus-push-url="true" bus-preload>${each}</a> `;
  })}</nav>
<section class="card" aria-labelledby="tab-title"><h2 id="tab-title">Fruit that is ${colour}</h2>
<ul>${FRUIT.filter((fruit) => fruit.colour === colour).map(({ name }) => html`<li>${name}</li>`)}</ul></section></div>`,
});

export const tabs: Pattern = {
  path: "/tabs",
  title: "Tabs",
  about: "One place, several contents, each with an address of its own.",
  scripts: ["busbar-plus"],
  add(app, page) {
    app.get("/tabs", (c) => {
      const asked = textOf(c.query["colour"]);
      const colour = COLOURS.includes(asked) ? asked : (COLOURS[0] ?? "");
      return page.show(c, () => ui.tabs.render(colour)).main(ui.tabs, colour);
    });
  },
};
