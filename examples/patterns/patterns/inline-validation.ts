import type { Fields } from "busbar/app";
import { type Html, html } from "busbar/html";
import { fragments, keyed } from "busbar/partial";
import { COLOURS } from "../data.ts";
import { type FieldProps, field, textOf } from "../fields.ts";
import type { Pattern } from "../site.ts";

/** Each field with its rule: asked when a field is left, and for all of them when the form is sent. */
const RULES: Readonly<Record<string, { label: string; problem(value: string): string | undefined }>> = {
  shelf: {
    label: "Name of the shelf",
    problem: (value) => {
      if (!/^[a-z][a-z ]{2,19}$/i.test(value)) return "Use 3 to 20 letters.";
      return COLOURS.includes(value.toLowerCase()) ? "This name is taken." : undefined;
    },
  },
  books: {
    label: "Number of books",
    problem: (value) => (/^[1-9]\d?$/.test(value) ? undefined : "Use a number from 1 to 99."),
  },
};
const NAMES = Object.keys(RULES);

type Checked = Pick<FieldProps, "name" | "value" | "error" | "focus">;

const ui = fragments({
  field: keyed(
    (props: Checked) => props.name,
    (props): Html =>
      // A check that is still under way when the form is sent is not wanted any more: the form is checked as a whole.
      field({
        ...props,
        label: RULES[props.name]?.label ?? "",
        input: {
          required: true,
          "bus-get": `/inline-validation/${props.name}`,
          "bus-target": `#field-${props.name}`,
          "bus-swap": "outerHTML",
          "bus-sync": "closest form:abort",
        },
      }),
  ),
  form: (
    fields: readonly Checked[],
  ): Html => html`<form id="form" class="card" method="post" action="/inline-validation"
  bus-post="/inline-validation" bus-swap="outerHTML" bus-focus="#form [autofocus], #shelf" novalidate>
${fields.map((props) => ui.field.render(props))}
<button type="submit" id="add">Add the shelf</button></form>`,
});

export const inlineValidation: Pattern = {
  path: "/inline-validation",
  title: "Inline validation",
  about: "Each field is checked when it is left; the form as a whole when it is sent. Colours are taken.",
  scripts: ["busbar-plus"],
  add(app, page) {
    const empty = NAMES.map((name) => ({ name, value: "" }));
    const check = (name: string, fields: Fields): Checked => {
      const value = textOf(fields[name]);
      return { name, value, error: RULES[name]?.problem(value) };
    };

    app.get("/inline-validation", (c) => page.show(c, () => ui.form.render(empty)));
    for (const name of NAMES)
      app.get(`/inline-validation/${name}`, (c) => {
        const all = (): Html => ui.form.render(NAMES.map((each) => check(each, c.query)));
        return page.show(c, all).main(ui.field, check(name, c.query));
      });
    app.post("/inline-validation", async (c) => {
      const fields = await c.readForm();
      const checks = NAMES.map((name) => check(name, fields));
      const first = checks.find(({ error }) => error !== undefined);
      const checked = checks.map((props) => ({ ...props, focus: props === first }));
      if (first !== undefined)
        return page.refused(c, "The shelf was not added", () => ui.form.render(checked)).main(ui.form, checked);
      return page.changed(c, `Shelf ${textOf(fields["shelf"])} was added`).main(ui.form, empty);
    });
  },
};
