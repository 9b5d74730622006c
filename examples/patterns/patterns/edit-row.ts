import { each, type Html, html } from "busbar/html";
import { fragments, keyed } from "busbar/partial";
import { type Book, makeBooks } from "../data.ts";
import { pagesProblem, textOf } from "../fields.ts";
import type { Pattern } from "../site.ts";
import { perVisitor } from "../visitors.ts";

interface Row {
  readonly book: Book;
  /** What stands in the field while the row is edited, and what is wrong with it. */
  readonly editing?: { readonly pages: string; readonly error?: string | undefined } | undefined;
}

const ui = fragments({
  row: keyed(
    ({ book }: Row) => book.id,
    ({ book, editing }, id): Html =>
      html`<tr id=${id}>${editing === undefined ? cells(book) : editor(book, editing)}</tr>`,
  ),
});

const cells = ({ id, title, pages }: Book): Html => html`<td>${title}</td><td>${pages}</td>
<td><a id=${`edit-${id}`} href=${`/edit-row/${id}`} bus-get=${`/edit-row/${id}`} bus-focus="[name=pages]" aria-label=${`Edit ${title}`}>Edit</a></td>`;

// A form cannot stand around cells: it stands in the last one, and the input says whose it is.
const editor = ({ id, title }: Book, { pages, error }: NonNullable<Row["editing"]>): Html => html`<td>${title}</td>
<td><input form="edit" name="pages" value=${pages} inputmode="numeric" autocomplete="off" aria-label=${`Pages of ${title}`} aria-invalid=${error === undefined ? null : "true"} aria-describedby="pages-error" autofocus>
<p id="pages-error" class="error" role="alert">${error}</p></td>
<td><form id="edit" class="row" method="post" action=${`/edit-row/${id}`} bus-put=${`/edit-row/${id}`} bus-focus=${`#row-${id} [autofocus], #edit-${id}`}>
<button type="submit" id=${`save-${id}`}>Save</button> <a href="/edit-row" bus-get=${`/edit-row/${id}?view`} bus-focus=${`#edit-${id}`}>Cancel</a></form></td>`;

const table = (rows: readonly Row[]): Html => html`<table aria-label="Books">
<thead><tr><th scope="col">Title</th><th scope="col">Pages</th><th scope="col">Action</th></tr></thead>
<tbody bus-target:inherited="closest tr" bus-swap:inherited="outerHTML">${each(
  rows,
  ({ book }) => book.id,
  (row) => ui.row.render(row),
)}</tbody></table>`;

export const editRow: Pattern = {
  path: "/edit-row",
  title: "Edit row",
  about: "A row of a table that becomes a form where it stands.",
  scripts: ["busbar-plus"],
  add(app, page) {
    const mine = perVisitor(() => makeBooks(20));
    const rows = (books: readonly Book[], row?: Row) => (): Html =>
      table(books.map((book) => (book.id === row?.book.id ? row : { book })));

    app.get("/edit-row", (c) => page.show(c, rows(mine(c))));
    app.get("/edit-row/:id(\\d+)", (c) => {
      const book = mine(c).find(({ id }) => `${id}` === c.params.id);
      if (book === undefined) return page.show(c, rows(mine(c)), "There is no such book");
      const row = { book, editing: c.query["view"] === undefined ? { pages: `${book.pages}` } : undefined };
      return page.show(c, rows(mine(c), row)).main(ui.row, row);
    });
    app.route(["PUT", "POST"], "/edit-row/:id(\\d+)", {}, async (c) => {
      const books = mine(c);
      const pages = textOf((await c.readForm())["pages"]);
      const index = books.findIndex(({ id }) => `${id}` === c.params.id);
      const book = books[index];
      if (book === undefined) return page.refused(c, "There is no such book", rows(books));
      const error = pagesProblem(pages);
      if (error !== undefined) {
        const row = { book, editing: { pages, error } };
        return page.refused(c, `${book.title} was not saved`, rows(books, row)).main(ui.row, row);
      }
      const saved = { ...book, pages: Number(pages) };
      books[index] = saved;
      return page.changed(c, `${book.title} was saved`).main(ui.row, { book: saved });
    });
  },
};
