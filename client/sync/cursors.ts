import type { CrdtText, Doc } from "../../lib/crdt/index.ts";
import { effect } from "../../lib/signals/index.ts";
import { decodeSelection, describePeer, encodeSelection, type Peer, type Presence } from "../../lib/sync/index.ts";
import type { WireMap } from "../../lib/wire/index.ts";
import type { TextField } from "./bind-textarea.ts";
import { createOverlay, type DrawnCursor, type Overlay } from "./overlay.ts";

/**
 * What cursors belong to, and how they look. The field is bound to the text by `bindTextarea`.
 * @public
 */
export interface CursorOptions {
  readonly doc: Doc;
  readonly text: CrdtText;
  readonly field: TextField;
  readonly presence: Presence;
  /**
   * The name and colour of a peer; a colour is any CSS colour.
   * @defaultValue `name` and `color` of the peer's user, else no name and a colour by its number
   */
  readonly describe?: (peer: Peer) => { readonly name: string; readonly color: string };
  /** Takes the own selection, `{ anchor, head }`, whenever it changes. @defaultValue `presence.set` */
  readonly publish?: (selection: WireMap) => void;
}

/**
 * Draws the carets and selections of everyone else over a text field, and shows them one's own. The elements carry the classes
 * `bus-cursor`, `bus-cursor-name` and `bus-selection`; their default look has no specificity, so any rule of the page wins.
 * Works under a Content-Security-Policy without `unsafe-inline`.
 * @returns Its stop, which removes what was drawn. Stopping twice is harmless.
 * @remarks Time: one layout of a copy of the text per animation frame in which something changed.
 * @public
 */
export function bindCursors(options: CursorOptions): () => void {
  const cursors = new Cursors(options);
  return () => cursors.stop();
}

class Cursors {
  readonly #options: CursorOptions;
  readonly #overlay: Overlay;
  readonly #stops: (() => void)[];
  #published = "";
  #frame = 0;

  constructor(options: CursorOptions) {
    this.#options = options;
    const { field, presence, text } = options;
    this.#overlay = createOverlay(field);
    const share = (): void => this.#share();
    const schedule = (): void => this.#schedule();
    const sizes = new ResizeObserver(schedule);
    sizes.observe(field);
    this.#stops = [
      effect(() => {
        presence.others.get();
        this.#schedule();
      }),
      text.observe(schedule),
      listen(document, "selectionchange", share),
      ...["selectionchange", "select", "input", "focus", "keyup", "pointerup"].map((type) =>
        listen(field, type, share),
      ),
      listen(field, "input", schedule),
      listen(field, "scroll", this.#overlay.scroll),
      () => sizes.disconnect(),
      () => cancelAnimationFrame(this.#frame),
      () => this.#overlay.remove(),
    ];
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }

  #schedule(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#overlay.draw(this.#options.presence.others.peek().flatMap((peer) => this.#locate(peer) ?? []));
    });
  }

  #locate(peer: Peer): DrawnCursor | undefined {
    const { describe = describePeer, doc, text } = this.#options;
    const selection = decodeSelection(doc, text, peer.state);
    return selection && { ...selection, ...describe(peer) };
  }

  /** Tells the others where the own selection is, when it is somewhere else than they know. */
  #share(): void {
    const { doc, text, field, presence, publish = (selection) => presence.set(selection) } = this.#options;
    const { selectionStart, selectionEnd, selectionDirection } = field;
    if (selectionStart === null || selectionEnd === null || document.activeElement !== field) return;
    const [anchor, head] =
      selectionDirection === "backward" ? [selectionEnd, selectionStart] : [selectionStart, selectionEnd];
    const selection = encodeSelection(doc, text, { anchor, head });
    const said = `${selection["anchor"]} ${selection["head"]}`;
    if (said === this.#published) return; // edits of others move no cursor: it is relative
    this.#published = said;
    publish(selection);
  }
}

function listen(target: EventTarget, type: string, listener: () => void): () => void {
  target.addEventListener(type, listener);
  return () => target.removeEventListener(type, listener);
}
