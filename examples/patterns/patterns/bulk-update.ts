import { allOf } from "busbar/app";
import { each, type Html, html } from "busbar/html";
import { fragments } from "busbar/partial";
import { type Book, makeBooks } from "../data.ts";
import { textOf } from "../fields.ts";
import type { Pattern } from "../site.ts";
import { perVisitor } from "../visitors.ts";

interface Shelf {
  readonly books: readonly Book[];
  readonly read: ReadonlySet<number>;
}

const ui = fragments({
  books: ({ books, read }: Shelf): Html =>
    html`<tbody id="books">${each(
      books,
      (book) => book.id,
      ({ id, title, pages }) => html`<tr><td><input type="checkbox" name="id" value=${id} aria-label=${title}></td>
<td>${title}</td><td>${pages}</td><td>${read.has(id) ? "read" : "unread"}</td></tr>`,
    )}</tbody>`,
});

const form = (shelf: Shelf): Html => html`<form method="post" action="/bulk-update"
  bus-post="/bulk-update" bus-target="#books" bus-swap="outerHTML">
<table aria-label="Books"><thead><tr><th scope="col">Choose</th><th scope="col">Title</th><th scope="col">Pages</th><th scope="col">State</th></tr></thead>
${ui.books.render(shelf)}</table>
<div class="row"><button type="submit" id="mark-read" name="mark" value="read">Mark as read</button>
<button type="submit" id="mark-unread" name="mark" value="unread" class="quiet">Mark as unread</button></div></form>`;

export const bulkUpdate: Pattern = {
  path: "/bulk-update",
  title: "Bulk update",
  about: "Many rows, chosen by boxes, changed by one request.",
  add(app, page) {
    const mine = perVisitor(() => ({ books: makeBooks(8), read: new Set<number>() }));

    app.get("/bulk-update", (c) => page.show(c, () => form(mine(c))));
    app.post("/bulk-update", async (c) => {
      const shelf = mine(c);
      const fields = await c.readForm();
      const ids = new Set(allOf(fields["id"]));
      const chosen = shelf.books.filter(({ id }) => ids.has(`${id}`));
      if (chosen.length === 0) return page.refused(c, "Choose a book first", () => form(shelf)).main(ui.books, shelf);
      const isRead = textOf(fields["mark"]) !== "unread";
      for (const { id } of chosen) isRead ? shelf.read.add(id) : shelf.read.delete(id);
      return page.changed(c, `${chosen.length} marked as ${isRead ? "read" : "unread"}`).main(ui.books, shelf);
    });
  },
};
