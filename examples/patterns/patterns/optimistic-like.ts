import { each, type Html, html } from "busbar/html";
import { type Book, makeBooks } from "../data.ts";
import type { Pattern } from "../site.ts";
import { perVisitor } from "../visitors.ts";

interface Like {
  readonly book: Book;
  readonly isLiked: boolean;
}

const STUBBORN = 3; // of this book the server refuses likes, to show what happens then

// What changes is in the button, so the button keeps the focus. Beside it, in a template, is what it will be if all goes well: that is shown
// at once, and taken back if it does not.
const face = ({ book, isLiked }: Like): Html =>
  html`${label(isLiked)}<template id=${`next-${book.id}`}>${label(!isLiked)}</template>`;

const label = (isLiked: boolean): Html =>
  html`<span aria-hidden="true">${isLiked ? "♥" : "♡"}</span> ${isLiked ? "Unlike" : "Like"}`;

const item = (like: Like): Html => {
  const { id, title } = like.book;
  const url = `/optimistic-like/${id}`;
  return html`<li><form method="post" action=${url} bus-post=${url} bus-target="find .face" bus-optimistic=${`next-${id}`}>
<button type="submit" id=${`like-${id}`} class="quiet"><span class="face">${face(like)}</span> ${title}</button></form></li>`;
};

export const optimisticLike: Pattern = {
  path: "/optimistic-like",
  title: "Optimistic like",
  about: `What the click will do is shown before the server has answered. It refuses likes of Book ${STUBBORN}.`,
  scripts: ["busbar-plus"],
  add(app, page) {
    const mine = perVisitor(() => ({ books: makeBooks(4), liked: new Set<number>() }));
    const list = ({ books, liked }: ReturnType<typeof mine>): Html =>
      html`<ul class="plain">${each(
        books,
        (book) => book.id,
        (book) => item({ book, isLiked: liked.has(book.id) }),
      )}</ul>`;

    app.get("/optimistic-like", (c) => page.show(c, () => list(mine(c))));
    app.post("/optimistic-like/:id(\\d+)", (c) => {
      const own = mine(c);
      const book = own.books.find(({ id }) => `${id}` === c.params.id);
      if (book === undefined || book.id === STUBBORN)
        return page.refused(c, `Book ${c.params.id} cannot be liked`, () => list(own)).invalid(409);
      const isLiked = !own.liked.delete(book.id);
      if (isLiked) own.liked.add(book.id);
      return page.changed(c, `${book.title}: ${isLiked ? "liked" : "no longer liked"}`).main(face({ book, isLiked }));
    });
  },
};
