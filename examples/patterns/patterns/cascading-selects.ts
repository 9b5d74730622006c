import { type Html, html } from "busbar/html";
import { fragments } from "busbar/partial";
import { COLOURS, FRUIT } from "../data.ts";
import { textOf } from "../fields.ts";
import type { Pattern } from "../site.ts";

const namesOf = (colour: string): readonly string[] =>
  FRUIT.filter((fruit) => fruit.colour === colour).map(({ name }) => name);

const options = (values: readonly string[], chosen: string): readonly Html[] =>
  values.map((value) => html`<option value=${value} selected=${value === chosen}>${value}</option>`);

const ui = fragments({
  fruit: (colour: string): Html => html`<select id="fruit" name="fruit">${options(namesOf(colour), "")}</select>`,
});

// Whoever has no script sends the first choice by a button, and gets the page with the second.
const form = (colour: string): Html => html`<form class="card" method="post" action="/cascading-selects"
  bus-post="/cascading-selects" bus-swap="none">
<div class="field"><label for="colour">Colour</label>
<select id="colour" name="colour" bus-get="/cascading-selects" bus-target="#fruit" bus-swap="outerHTML">${options(COLOURS, colour)}</select>
<noscript><button type="submit" class="quiet" formmethod="get">Show its fruit</button></noscript></div>
<div class="field"><label for="fruit">Fruit</label> ${ui.fruit.render(colour)}</div>
<button type="submit" id="choose">Choose</button></form>`;

export const cascadingSelects: Pattern = {
  path: "/cascading-selects",
  title: "Cascading selects",
  about: "What is offered in one list follows from the choice in another.",
  add(app, page) {
    app.get("/cascading-selects", (c) => {
      const asked = textOf(c.query["colour"]);
      const colour = COLOURS.includes(asked) ? asked : (COLOURS[0] ?? "");
      return page.show(c, () => form(colour)).main(ui.fruit, colour);
    });
    app.post("/cascading-selects", async (c) => {
      const fields = await c.readForm();
      const colour = textOf(fields["colour"]);
      const fruit = textOf(fields["fruit"]);
      if (!namesOf(colour).includes(fruit)) {
        const known = COLOURS.includes(colour) ? colour : (COLOURS[0] ?? "");
        return page.refused(c, "These two do not go together", () => form(known)).oob(ui.fruit, known);
      }
      return page.changed(c, `You chose ${fruit}, which is ${colour}`, `/cascading-selects?colour=${colour}`);
    });
  },
};
