import { each, type Html, html } from "busbar/html";
import { fragments, keyed } from "busbar/partial";
import { type Book, makeBook, makeBooks } from "../data.ts";
import { field, MAX_TITLE, textOf, titleProblem } from "../fields.ts";
import type { Pattern } from "../site.ts";
import { perVisitor } from "../visitors.ts";

declare module "busbar/partial" {
  interface Events {
    "dialog:open": { id: string };
    "dialog:close": { id: string };
  }
}

const MAX_BOOKS = 20;
const DIALOG = { id: "dialog" };

const ui = fragments({
  row: keyed(
    (book: Book) => book.id,
    ({ title }, id): Html => html`<li id=${id}>${title}</li>`,
  ),
});

// The same form in the dialog and, without the script, on a page of its own.
const form = (
  title = "",
  error?: string,
): Html => html`<form method="post" action="/modal" bus-post="/modal" bus-target="#dialog" bus-focus="#dialog [autofocus]" novalidate>
<h2 id="dialog-title">A new book</h2>
${field({ name: "title", label: "Title", value: title, error, focus: true, input: { maxlength: MAX_TITLE } })}
<div class="row"><button type="submit" id="save">Save</button> <a href="/modal" data-close="dialog">Cancel</a></div></form>`;

const list = (books: readonly Book[]): Html => html`<ul id="books">${each(
  books,
  (book) => book.id,
  (book) => ui.row.render(book),
)}</ul>
<form action="/modal/new"><button type="submit" aria-haspopup="dialog" bus-get="/modal/new" bus-target="#dialog">Add a book</button></form>
<dialog id="dialog" aria-labelledby="dialog-title"></dialog>`;

export const modal: Pattern = {
  path: "/modal",
  title: "Modal",
  about: "A form in a dialog element: Escape closes it, and the focus returns.",
  scripts: ["busbar-plus"],
  add(app, page) {
    const mine = perVisitor((): { books: readonly Book[] } => ({ books: makeBooks(2) }));

    app.get("/modal", (c) => page.show(c, () => list(mine(c).books)));
    // browser/page.ts opens and closes the dialog when the server says so.
    app.get("/modal/new", (c) =>
      page
        .show(c, () => form())
        .main(form())
        .trigger("dialog:open", DIALOG),
    );
    app.post("/modal", async (c) => {
      const own = mine(c);
      const title = textOf((await c.readForm())["title"]);
      const isFull = own.books.length === MAX_BOOKS;
      const problem = titleProblem(title) ?? (isFull ? "The shelf is full." : undefined);
      if (problem !== undefined)
        return page.refused(c, "The book was not added", () => form(title, problem)).main(form(title, problem));
      const book = { ...makeBook(own.books.length + 1), title };
      own.books = [...own.books, book];
      return page
        .changed(c, `${title} was added`)
        .append({ id: "books" }, ui.row, book)
        .trigger("dialog:close", DIALOG);
    });
  },
};
