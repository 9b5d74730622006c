import { allOf } from "busbar/app";
import { each, type Html, html } from "busbar/html";
import { fragments } from "busbar/partial";
import { FRUIT } from "../data.ts";
import { textOf } from "../fields.ts";
import type { Pattern } from "../site.ts";
import { perVisitor } from "../visitors.ts";

const START = FRUIT.slice(0, 6).map(({ name }) => name);

// Each item says its place by a hidden input. A button moves by one; browser/page.ts lets items be dragged and then sends the form.
const ui = fragments({
  list: (names: readonly string[]): Html => html`<form id="list" method="post" action="/sortable"
  bus-post="/sortable" bus-swap="outerMorph" data-sortable>
<ol class="plain">${each(
    names,
    (name) => name,
    (name, index) => html`<li id=${`item-${name}`} draggable="true"><input type="hidden" name="order" value=${name}>
<span class="grow">${name}</span>
${mover(name, "up", index === 0)} ${mover(name, "down", index === names.length - 1)}</li>`,
  )}</ol></form>`,
});

// Not disabled at the ends: a disabled button would lose the focus.
const mover = (name: string, way: "up" | "down", isEnd: boolean): Html =>
  html`<button type="submit" class="quiet" id=${`${way}-${name}`} name="move" value=${`${way} ${name}`} aria-disabled=${isEnd ? "true" : null} aria-label=${`Move ${name} ${way}`}>${way === "up" ? "↑" : "↓"}</button>`;

export const sortable: Pattern = {
  path: "/sortable",
  title: "Sortable",
  about: "Drag, or press the buttons: the order is kept on the server.",
  scripts: ["busbar-morph"],
  add(app, page) {
    const mine = perVisitor((): { names: readonly string[] } => ({ names: START }));

    app.get("/sortable", (c) => page.show(c, () => ui.list.render(mine(c).names)));
    app.post("/sortable", async (c) => {
      const own = mine(c);
      const fields = await c.readForm();
      const order = allOf(fields["order"]);
      if (order.toSorted().join() !== own.names.toSorted().join())
        return page.refused(c, "The list was not sorted", () => ui.list.render(own.names)).main(ui.list, own.names);
      const [way, name = ""] = textOf(fields["move"]).split(" ");
      own.names = way === "" ? order : moved(order, name, way === "up" ? -1 : 1);
      return page.changed(c, `Now: ${own.names.join(", ")}`).main(ui.list, own.names);
    });
  },
};

function moved(names: readonly string[], name: string, by: number): readonly string[] {
  const from = names.indexOf(name);
  const to = from + by;
  if (from < 0 || to < 0 || to >= names.length) return names;
  return names.toSpliced(from, 1).toSpliced(to, 0, name);
}
