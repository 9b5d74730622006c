import { TextCursors } from "../../lib/sync/index.ts";
import type { TextField } from "./bind-textarea.ts";
import type { CursorOptions } from "./cursor-options.ts";
import { createOverlay, type Overlay } from "./overlay.ts";

/** The carets and selections of everyone else over a text field, and one's own for them. */
export class CursorLayer {
  readonly #field: TextField;
  readonly #cursors: TextCursors;
  readonly #overlay: Overlay;
  readonly #stops: (() => void)[];
  #frame = 0;

  constructor(options: CursorOptions) {
    const { field, text } = options;
    this.#field = field;
    this.#overlay = createOverlay(field);
    const share = (): void => this.#share();
    const schedule = (): void => this.#schedule();
    this.#cursors = new TextCursors({ ...options, changed: schedule });
    const sizes = new ResizeObserver(schedule);
    sizes.observe(field);
    this.#stops = [
      text.observe(schedule),
      listen(document, "selectionchange", share),
      ...["selectionchange", "select", "input", "focus", "keyup", "pointerup"].map((type) =>
        listen(field, type, share),
      ),
      listen(field, "input", schedule),
      listen(field, "scroll", this.#overlay.scroll),
      () => this.#cursors.stop(),
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
      this.#overlay.draw(this.#cursors.others());
    });
  }

  #share(): void {
    const { selectionStart, selectionEnd, selectionDirection } = this.#field;
    if (selectionStart === null || selectionEnd === null || document.activeElement !== this.#field) return;
    const [anchor, head] =
      selectionDirection === "backward" ? [selectionEnd, selectionStart] : [selectionStart, selectionEnd];
    this.#cursors.share({ anchor, head });
  }
}

function listen(target: EventTarget, type: string, listener: () => void): () => void {
  target.addEventListener(type, listener);
  return () => target.removeEventListener(type, listener);
}
