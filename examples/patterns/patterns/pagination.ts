import { type Html, html } from "busbar/html";
import { fragments } from "busbar/partial";
import { makeBooks } from "../data.ts";
import { textOf } from "../fields.ts";
import type { Pattern } from "../site.ts";

const BOOKS = makeBooks(95);
const PER_PAGE = 10;
const LAST = Math.ceil(BOOKS.length / PER_PAGE);

const ui = fragments({
  books: (number: number): Html => html`<div id="books"><table>
<caption>Page ${number} of ${LAST}</caption>
<thead><tr><th scope="col">Title</th><th scope="col">Pages</th></tr></thead>
<tbody>${BOOKS.slice((number - 1) * PER_PAGE, number * PER_PAGE).map(({ title, pages }) => html`<tr><td>${title}</td><td>${pages}</td></tr>`)}</tbody></table>
<nav class="tabs" aria-label="Pages of books" bus-target:inherited="#books" bus-swap:inherited="outerHTML" bus-push-url:inherited="true">
${Array.from({ length: LAST }, (_, index) => link(index + 1, number))}</nav></div>`,
});

const link = (to: number, shown: number): Html => {
  const url = to === 1 ? "/pagination" : `/pagination?page=${to}`;
  return html`<a id=${`page-${to}`} href=${url} bus-get=${url} aria-label=${`Page ${to}`} aria-current=${to === shown ? "page" : null}>${to}</a> `;
};

export const pagination: Pattern = {
  path: "/pagination",
  title: "Pagination",
  about: "Pages of a table, each with an address. Back and Forward work.",
  add(app, page) {
    app.get("/pagination", (c) => {
      const number = Math.min(LAST, Math.max(1, Math.trunc(Number(textOf(c.query["page"]))) || 1));
      return page.show(c, () => ui.books.render(number)).main(ui.books, number);
    });
  },
};
