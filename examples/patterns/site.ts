import type { App, Context } from "busbar/app";
import { type Html, type HtmlValue, html } from "busbar/html";
import type { ClientScript, ClientScripts } from "busbar/node";
import { isPartial, type PartialReply, reply } from "busbar/partial";
import { layout } from "./layout.ts";
import { perVisitor } from "./visitors.ts";

/** One pattern: a page of its own, and what its elements ask for. */
export interface Pattern {
  /** Of its page; everything of the pattern is there or below. */
  readonly path: string;
  readonly title: string;
  /** What it is good for, in a sentence. */
  readonly about: string;
  /** Bundles it needs beside the core. */
  readonly scripts?: readonly ClientScript[];
  add(app: App, page: Page): void;
}

/** What a pattern's handlers have in common. */
export interface Page {
  /** A reply to a look: the whole page around `content`, unless the handler adds a fragment and the script asked for that. */
  show(c: Context, content: () => HtmlValue, message?: string): PartialReply;
  /**
   * A reply to a change. With the script the message arrives with the fragments; without it the browser goes on to `to`
   * (the pattern's page, unless said otherwise), and the message is shown there.
   */
  changed(c: Context, message: string, to?: string): PartialReply;
  /** A reply to what cannot be accepted: 422, with the message and what was sent. */
  refused(c: Context, message: string, content: () => HtmlValue): PartialReply;
}

/** The live region of every page: it stays, only what is in it changes, so that changes are read out. */
const STATUS = { id: "status" };

export function createPages(scripts: ClientScripts, patterns: readonly Pattern[]): (pattern: Pattern) => Page {
  const notes = perVisitor((): { text?: string | undefined } => ({}));
  return (pattern) => {
    // Extensions come first: what they add is known when the client starts.
    const tags = ([...(pattern.scripts ?? []), "busbar"] as const).map((name) => scripts.tag(name));
    const whole = (content: HtmlValue, message: string | undefined): Html =>
      layout({ pattern, patterns, scripts: tags, message }, content);
    return {
      show(c, content, message) {
        if (isPartial(c.request)) return reply(c.request);
        const note = notes(c);
        const text = message ?? note.text;
        note.text = undefined; // shown once
        return reply(c.request).page(() => whole(content(), text));
      },
      changed(c, message, to = pattern.path) {
        if (isPartial(c.request)) return reply(c.request).inner(STATUS, html`${message}`);
        notes(c).text = message;
        return reply(c.request).seeOther(to);
      },
      refused: (c, message, content) =>
        reply(c.request)
          .inner(STATUS, html`${message}`)
          .page(() => whole(content(), message))
          .invalid(),
    };
  };
}
