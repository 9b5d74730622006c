import { each, type Html, html } from "busbar/html";
import { fragments, keyed } from "busbar/partial";
import { type Book, makeBooks } from "../data.ts";
import type { Pattern } from "../site.ts";
import { perVisitor } from "../visitors.ts";

// Without the script the button leads to a page that asks; with it the browser asks and the row goes.
const ui = fragments({
  row: keyed(
    (book: Book) => book.id,
    ({ id, title, pages }, rowId): Html => html`<tr id=${rowId}><td>${title}</td><td>${pages}</td>
<td><form action=${`/delete-row/${id}`}><button type="submit" class="quiet" aria-label=${`Delete ${title}`}
  bus-delete=${`/delete-row/${id}`} bus-confirm=${`Delete ${title}?`} bus-disable="this" bus-focus="#books">Delete</button></form></td></tr>`,
  ),
});

const table = (books: readonly Book[]): Html => html`<table id="books" aria-label="Books">
<thead><tr><th scope="col">Title</th><th scope="col">Pages</th><th scope="col">Action</th></tr></thead>
<tbody>${each(
  books,
  (book) => book.id,
  (book) => ui.row.render(book),
)}</tbody></table>`;

const question = ({ id, title }: Book): Html => html`<form class="card" method="post" action=${`/delete-row/${id}`}>
<p>Delete ${title}?</p>
<div class="row"><button type="submit">Delete</button> <a href="/delete-row">Keep it</a></div></form>`;

export const deleteRow: Pattern = {
  path: "/delete-row",
  title: "Delete row",
  about: "Asks first, then takes one row out of a table.",
  scripts: ["busbar-plus"],
  add(app, page) {
    const mine = perVisitor(() => new Map(makeBooks(6).map((book) => [`${book.id}`, book])));

    app.get("/delete-row", (c) => page.show(c, () => table([...mine(c).values()])));
    app.get("/delete-row/:id(\\d+)", (c) => {
      const book = mine(c).get(c.params.id);
      return page.show(c, () => (book === undefined ? table([...mine(c).values()]) : question(book)));
    });
    app.route(["DELETE", "POST"], "/delete-row/:id(\\d+)", {}, (c) => {
      // The row may be gone already: then it goes from this page too, and the page is right again.
      mine(c).delete(c.params.id);
      return page.changed(c, `Book ${c.params.id} is deleted`).remove(ui.row, Number(c.params.id));
    });
  },
};
