import { type Html, html } from "busbar/html";
import { fragments } from "busbar/partial";
import { COLOURS, FRUIT } from "../data.ts";
import type { Pattern } from "../site.ts";

interface Count {
  readonly colour: string;
  readonly count: number;
}

const ui = fragments({
  report: (counts: readonly Count[]): Html => html`<section id="report" class="card" aria-labelledby="report-title">
<h2 id="report-title">Fruit by colour</h2>
<table aria-labelledby="report-title"><thead><tr><th scope="col">Colour</th><th scope="col">Fruit</th></tr></thead>
<tbody>${counts.map(({ colour, count }) => html`<tr><td>${colour}</td><td>${count}</td></tr>`)}</tbody></table></section>`,
});

// The place of what takes long. It asks as soon as it is there; without the script the link leads to the whole.
const placeholder = html`<section id="report" class="card" aria-label="Fruit by colour"
  bus-get="/lazy-load/report" bus-trigger="load" bus-swap="outerHTML">
<p>Counting … <a href="/lazy-load/report">Show the report</a></p></section>`;

export const lazyLoad: Pattern = {
  path: "/lazy-load",
  title: "Lazy load",
  about: "The page is there at once, what takes longer follows by itself.",
  add(app, page) {
    app.get("/lazy-load", (c) => page.show(c, () => placeholder));
    app.get("/lazy-load/report", (c) => {
      const counts = COLOURS.map((colour) => ({
        colour,
        count: FRUIT.filter((fruit) => fruit.colour === colour).length,
      }));
      return page.show(c, () => ui.report.render(counts)).main(ui.report, counts);
    });
  },
};
