import { type Html, html } from "busbar/html";
import { type Book, makeBooks } from "../data.ts";
import { textOf } from "../fields.ts";
import type { Pattern } from "../site.ts";

const BOOKS = makeBooks(100);
const PER_PAGE = 20;
const LAST = BOOKS.length / PER_PAGE;

const rows = (number: number): readonly Html[] => BOOKS.slice((number - 1) * PER_PAGE, number * PER_PAGE).map(row);

const row = ({ id, title, pages }: Book): Html =>
  html`<li id=${`book-${id}`}>${title} <small>${pages} pages</small></li>`;

/** The last item: asks for the next page as soon as it is seen, or when it is clicked, and is replaced by it. */
const more = (number: number): Html => {
  const url = `/infinite-scroll?page=${number}`;
  return html`<li><a class="button" id="more" href=${url} bus-get=${url} bus-trigger="revealed once, click"
  bus-target="closest li" bus-swap="outerHTML">More books</a></li>`;
};

const list = (
  number: number,
): Html => html`${number > 1 ? html`<p><a href=${`/infinite-scroll?page=${number - 1}`}>Books before these</a></p>` : null}
<ul id="books" class="tall">${piece(number)}</ul>`;

const piece = (number: number): readonly Html[] => [...rows(number), ...(number < LAST ? [more(number + 1)] : [])];

export const infiniteScroll: Pattern = {
  path: "/infinite-scroll",
  title: "Infinite scroll",
  about: "The next books come when the end of the list is seen. Without the script there are pages.",
  scripts: ["busbar-plus"],
  add(app, page) {
    app.get("/infinite-scroll", (c) => {
      const number = Math.min(LAST, Math.max(1, Math.trunc(Number(textOf(c.query["page"]))) || 1));
      return page.show(c, () => list(number)).main(html`${piece(number)}`);
    });
  },
};
