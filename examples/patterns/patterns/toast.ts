import { type Html, html } from "busbar/html";
import { fragments, keyed } from "busbar/partial";
import type { Pattern } from "../site.ts";
import { perVisitor } from "../visitors.ts";

interface Toast {
  readonly number: number;
}

const ui = fragments({
  toast: keyed(
    ({ number }: Toast) => number,
    ({ number }, id): Html => html`<div id=${id} class="toast"><p>Copy ${number} is made</p>
<a class="button quiet" href="/toast" data-dismiss aria-label=${`Dismiss: copy ${number} is made`}>Dismiss</a></div>`,
  ),
});

// The region is part of the page from the start, so what is added to it is read out. Nothing goes by itself: no one has to be quick.
const content = (toast?: Toast): Html => html`<form method="post" action="/toast" bus-post="/toast">
<button type="submit">Make a copy</button></form>
<div id="toasts" role="status" aria-label="Messages">${toast === undefined ? null : ui.toast.render(toast)}</div>`;

export const toast: Pattern = {
  path: "/toast",
  title: "Toast",
  about: "A message that is added to a corner of the page, whatever else the reply is about.",
  add(app, page) {
    const mine = perVisitor((): { copies: number; shown?: Toast | undefined } => ({ copies: 0 }));

    app.get("/toast", (c) => {
      const own = mine(c);
      const { shown } = own;
      own.shown = undefined;
      return page.show(c, () => content(shown));
    });
    app.post("/toast", (c) => {
      const own = mine(c);
      own.copies += 1;
      const made = { number: own.copies };
      const answer = page.changed(c, "").append({ id: "toasts" }, ui.toast, made);
      if (answer.status === 303) own.shown = made; // the browser is sent on: the page that follows shows it
      return answer;
    });
  },
};
