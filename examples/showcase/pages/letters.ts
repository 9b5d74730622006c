import type { App } from "busbar/app";
import { each, html, when } from "busbar/html";
import { defineView, form, liveRoute } from "busbar/live";
import { readMultipart } from "busbar/multipart";
import type { ClientScripts } from "busbar/node";
import { signal } from "busbar/signals";
import { keyedMap } from "busbar/signals/collections";
import { z } from "zod";
import { layout } from "./layout.ts";

interface Letter {
  readonly id: number;
  readonly to: string;
  readonly text: string;
  readonly papers: string;
}

const BOXES = ["drafts", "sent"] as const;
const MAX_LETTERS = 200;

// Made outside the view: everyone who has the page open shares them.
const boxes = { drafts: keyedMap<number, Letter>(), sent: keyedMap<number, Letter>() };
let nextId = 1;

const letterSchema = z.object({
  to: z.email("Write an address, such as ada@example.com"),
  text: z.string().trim().min(1, "Write something").max(500, "At most 500 letters"),
});

export const letters = defineView({
  params: z.object({ box: z.enum(BOXES) }),
  events: { send: z.object({ id: z.number().int() }) },
  uploads: {
    papers: { maxBytes: 1_000_000, maxFiles: 3, accept: [".txt", ".pdf", "image/*"], maxTotalBytes: 20_000_000 },
  },
  mount: ({ params }) => ({
    box: signal(params.box),
    letter: form(letterSchema, { initial: { to: "", text: "" }, id: "letter" }),
  }),
  navigate: (state, { params }) => state.box.set(params.box),
  on: {
    check: (state, event) => state.letter.change(event),
    async save(state, event, ctx) {
      const sent = await state.letter.submit(event, ctx);
      if (!sent.isValid) return;
      if (boxes.drafts.size >= MAX_LETTERS) return state.letter.fail("", "The box is full", ctx);
      // Only their names are kept: the bytes go with this handler.
      const papers = ctx.uploads.papers.map((file) => `${file.name} (${file.bytes().length} bytes)`).join(", ");
      boxes.drafts.set(nextId, { id: nextId++, ...sent.value, papers });
      state.letter.reset();
      ctx.flash("info", `Kept the letter to ${sent.value.to}`);
      ctx.focus("#letter-to");
    },
    send(_state, { id }, ctx) {
      const letter = boxes.drafts.get(id);
      if (letter === undefined || boxes.sent.size >= MAX_LETTERS) return;
      boxes.drafts.delete(id);
      boxes.sent.set(id, letter);
      ctx.flash("info", `Sent the letter to ${letter.to}`);
      ctx.navigate("/letters/sent");
    },
  },
  title: (state) => `Letters: ${state.box.get()} · busbar showcase`,
  render({ box, letter }, bind, page) {
    const to = letter.field("to");
    const text = letter.field("text");
    const papers = page.uploads.papers;
    const shown = box.get();
    return html`
<nav class="filters" aria-label="Boxes">${BOXES.map((name) => html`<a href=${`/letters/${name}`} bus-nav aria-current=${name === shown ? "page" : null}>${name}</a>`)}</nav>
<div id="flash" role="status">${each(
      page.flash,
      ({ id }) => id,
      (message) => html`<p>${message.text}</p>`,
    )}</div>
${when(
  shown === "drafts",
  () => html`<form class="card" id="letter" enctype="multipart/form-data" ${bind.save("submit")} ${bind.check("change")}>
<div><label ${to.label()}>To</label> <input ${to.input({ type: "email", autocomplete: "off" })}>${to.message()}</div>
<div><label ${text.label()}>Text</label> <textarea ${text.control({ rows: 3 })}>${text.value}</textarea>${text.message()}</div>
<div><label for="papers">Papers</label> <input ${papers.input({ id: "papers" })}></div>
<ul>${each(
    papers.entries,
    ({ id }) => id,
    (entry) => html`<li>${entry.name} <progress max="100" value="${entry.percent}"></progress></li>`,
  )}</ul>
<div>${each(
    papers.refused,
    ({ name, code }) => `${name} ${code}`,
    ({ name, code }) => html`<p class="error">${name}: ${code}</p>`,
  )}</div>
<div>${each(
    letter.errors,
    (message) => message,
    (message) => html`<p class="error">${message}</p>`,
  )}</div>
<button type="submit">Keep</button></form>`,
)}
<form class="card" method="post"><ul id="letters" class="plain">${each(
      boxes[shown],
      (one) =>
        html`<li><strong>${one.to}</strong> <span class="title">${one.text} <small>${one.papers}</small></span> <button type="submit" class="quiet" ${bind.send("click", { id: one.id })}>Send</button></li>`,
    )}</ul></form>`;
  },
});

/** A form with checks and files, messages, and two boxes between which one goes without a load. */
export function addLetters(app: App, scripts: ClientScripts, secret: Uint8Array): void {
  liveRoute(app, "/letters/:box", letters, {
    secret,
    multipart: readMultipart,
    layout: (content) =>
      layout(
        {
          title: "Letters",
          lead: "A form that is checked as it is filled in, files that travel while you write, and pages without loads. All of it works without JavaScript too.",
          path: "/letters/drafts",
          scripts: scripts.tag("busbar-live"),
        },
        content,
      ),
  });
}
