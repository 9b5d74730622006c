import { effect } from "../../lib/signals/index.ts";
import { decodeSelection, describePeer, encodeSelection, type Peer } from "../../lib/sync/index.ts";
import type { CursorOptions } from "./cursor-options.ts";
import { createOverlay, type DrawnCursor, type Overlay } from "./overlay.ts";

/** The carets and selections of everyone else over a text field, and one's own for them. */
export class CursorLayer {
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
