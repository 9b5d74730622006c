import { type Html, html } from "busbar/html";
import { fragments } from "busbar/partial";
import { type Book, makeBook } from "../data.ts";
import { field, pagesProblem, textOf, titleProblem } from "../fields.ts";
import type { Pattern } from "../site.ts";
import { perVisitor } from "../visitors.ts";

interface Draft {
  readonly title: string;
  readonly pages: string;
  readonly problems: { readonly title?: string | undefined; readonly pages?: string | undefined };
}

// Two views of one place: both have the id `book`. The focus goes to the field that is to be filled in, or else to the link.
const ui = fragments({
  book: (book: Book | Draft): Html =>
    html`<div id="book" class="card" bus-focus:inherited="#book [autofocus], #edit">${"problems" in book ? editor(book) : view(book)}</div>`,
});

const view = ({ title, pages }: Book): Html => html`<dl>
<dt>Title</dt><dd>${title}</dd><dt>Pages</dt><dd>${pages}</dd></dl>
<a class="button" id="edit" href="/click-to-edit/edit" bus-get="/click-to-edit/edit" bus-target="#book" bus-swap="outerHTML">Edit the book</a>`;

const editor = ({ title, pages, problems }: Draft): Html => html`<form method="post" action="/click-to-edit"
  bus-put="/click-to-edit" bus-target="#book" bus-swap="outerHTML" novalidate>
${field({ name: "title", label: "Title", value: title, error: problems.title, focus: problems.title !== undefined || problems.pages === undefined })}
${field({ name: "pages", label: "Pages", value: pages, error: problems.pages, focus: problems.title === undefined && problems.pages !== undefined, input: { inputmode: "numeric" } })}
<div class="row"><button type="submit" id="save">Save</button>
<a id="cancel" href="/click-to-edit" bus-get="/click-to-edit" bus-target="#book" bus-swap="outerHTML">Cancel</a></div></form>`;

export const clickToEdit: Pattern = {
  path: "/click-to-edit",
  title: "Click to edit",
  about: "A view that turns into a form, and back.",
  scripts: ["busbar-plus"],
  add(app, page) {
    const mine = perVisitor((): { book: Book } => ({ book: makeBook(1) }));

    app.get("/click-to-edit", (c) => {
      const { book } = mine(c);
      return page.show(c, () => ui.book.render(book)).main(ui.book, book);
    });
    app.get("/click-to-edit/edit", (c) => {
      const { title, pages } = mine(c).book;
      const draft = { title, pages: `${pages}`, problems: {} };
      return page.show(c, () => ui.book.render(draft)).main(ui.book, draft);
    });
    // A form knows no PUT: without the script it is a POST.
    app.route(["PUT", "POST"], "/click-to-edit", {}, async (c) => {
      const fields = await c.readForm();
      const title = textOf(fields["title"]);
      const pages = textOf(fields["pages"]);
      const problems = { title: titleProblem(title), pages: pagesProblem(pages) };
      if (problems.title !== undefined || problems.pages !== undefined) {
        const draft = { title, pages, problems };
        return page.refused(c, "The book was not saved", () => ui.book.render(draft)).main(ui.book, draft);
      }
      const book = { id: 1, title, pages: Number(pages) };
      mine(c).book = book;
      return page.changed(c, "The book was saved").main(ui.book, book);
    });
  },
};
