import type { App } from "busbar/app";
import { each, html } from "busbar/html";
import { defineView, form, liveRoute, type Stream, stream } from "busbar/live";
import type { ClientScripts } from "busbar/node";
import { z } from "zod";
import { layout } from "./layout.ts";

interface Message {
  readonly id: number;
  readonly text: string;
}

const MAX_RECENT = 20;

// Made outside the view: everyone who has the page open shares them.
const recent: Message[] = []; // for who comes later: a stream itself keeps no row that is on its page
const streams = new Set<Stream<Message>>();
let nextId = 1;

const said = z.object({ text: z.string().trim().min(1, "Say something").max(300, "At most 300 letters") });

export const talk = defineView({
  mount({ own }) {
    const messages = stream<Message>(({ id }) => id, { limit: 200 });
    messages.append(...recent);
    streams.add(messages);
    own.onCleanup(() => streams.delete(messages));
    return { messages, line: form(said, { initial: { text: "" }, id: "line" }) };
  },
  on: {
    async say({ line }, event, ctx) {
      const sent = await line.submit(event, ctx);
      if (!sent.isValid) return;
      const message = { id: nextId++, text: sent.value.text };
      recent.push(message);
      if (recent.length > MAX_RECENT) recent.shift();
      for (const messages of streams) messages.append(message);
      line.reset();
    },
  },
  render({ messages, line }, bind) {
    const text = line.field("text");
    return html`<div class="card"><ul id="talk" class="plain" aria-live="polite">${each(
      messages,
      ({ id }) => id,
      (message) => html`<li>${message.text}</li>`,
    )}</ul></div>
<form class="card row" id="line" ${bind.say("submit")}><label ${text.label()}>Message</label>
<input class="grow" ${text.input({ type: "text", autocomplete: "off" })}><button type="submit">Say</button>${text.message()}</form>`;
  },
});

/** A stream: the page keeps up to 200 rows, the server sends each once and forgets it. */
export function addTalk(app: App, scripts: ClientScripts, secret: Uint8Array): void {
  liveRoute(app, "/talk", talk, {
    secret,
    layout: (content) =>
      layout(
        {
          title: "Talk",
          lead: "A stream: the page keeps its rows, the server sends each once and holds none, however long the talk.",
          path: "/talk",
          scripts: html`<script src="/live.js" defer></script>${scripts.tag("busbar-live")}`,
        },
        html`${content}<p class="status" data-status="connecting" role="status">not connected: each message loads the page</p>`,
      ),
  });
}
