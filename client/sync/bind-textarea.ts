import type { CrdtText, TextDelta } from "../../lib/crdt/index.ts";
import { demandOption } from "../../lib/sync/index.ts";
import { type Change, diffText, moveSelection, nthIndex, rebase } from "./text-diff.ts";

/**
 * A plain text field: `<textarea>`, or `<input>` of type text, search, url or tel.
 * @public
 */
export type TextField = HTMLTextAreaElement | HTMLInputElement;

/**
 * Joins a shared text and a text field: what is typed becomes the smallest edit of the text, edits of others appear in the
 * field with the next animation frame and leave caret, selection and scroll position where they were. While an input method composes, the field is
 * left alone; the edits of both sides meet when the composition ends.
 * @param text - The shared text; the field shows it from now on.
 * @param field - Its value is replaced by the text. `\r\n` and `\r` show as `\n`; an `<input>` shows no line ends at all.
 * @returns Its stop: the field keeps what it shows. Stopping twice is harmless.
 * @throws CodedError `SYNC_BAD_OPTION`, as for a field that is not in the page.
 * @remarks Time per keystroke: O(length) comparisons of characters. All edits of others within a frame cost one such comparison, one
 * `setRangeText` and one layout of the field.
 * @public
 */
export function bindTextarea(text: CrdtText, field: TextField): () => void {
  demandOption(typeof text?.observe === "function", "text");
  demandOption(typeof field?.setRangeText === "function", "field");
  const binding = new Binding(text, field);
  return () => binding.stop();
}

class Binding {
  readonly #text: CrdtText;
  readonly #field: TextField;
  readonly #isInput: boolean;
  readonly #stops: (() => void)[];
  /** What the field holds, as far as the text knows. */
  #shown: string;
  #writing = false;
  /** During a composition: the text at its start, and what others did since. */
  #composition: { readonly base: string; readonly deltas: TextDelta[] } | undefined;
  /** What others did since the last frame. While it holds anything, the text was `#shown` before, and no composition is under way. */
  #queue: TextDelta[] = [];
  /** How much longer the queue makes the text. */
  #growth = 0;
  #cancelFrame: (() => void) | undefined;

  constructor(text: CrdtText, field: TextField) {
    this.#text = text;
    this.#field = field;
    this.#isInput = field.tagName === "INPUT";
    this.#shown = this.#fieldText();
    field.value = this.#shown;
    this.#stops = [
      text.observe((delta) => this.#hear(delta)),
      listen(field, "input", () => this.#read()),
      listen(field, "compositionstart", () => {
        this.#flush();
        this.#composition ??= { base: text.toString(), deltas: [] };
      }),
      listen(field, "compositionend", () => this.#compose()),
    ];
  }

  stop(): void {
    if (this.#stops.length > 0) this.#compose();
    this.#flush();
    for (const stop of this.#stops.splice(0)) stop();
  }

  /** The text as the field shows it. */
  #fieldText(): string {
    const all = this.#text.toString();
    return this.#isInput ? all.replace(/[\r\n]/g, "") : all.replace(/\r\n?/g, "\n");
  }

  #read(): void {
    if (this.#composition !== undefined) return;
    const others = this.#takeQueue();
    this.#write(others, others.length > 0 ? this.#shown : undefined);
  }

  #compose(): void {
    const composition = this.#composition;
    this.#composition = undefined;
    if (composition !== undefined) this.#write(composition.deltas, composition.base);
  }

  /** Brings what was typed into the text, though others may have changed it since it looked like `base`. */
  #write(others: readonly TextDelta[], base?: string): void {
    const field = this.#field;
    const change = diffText(this.#shown, field.value, field.selectionEnd ?? undefined);
    if (change !== undefined) {
      this.#writing = true;
      try {
        this.#edit(change, others, base);
      } finally {
        this.#writing = false;
        this.#shown = field.value;
      }
    }
    // The text has the last word: it may hold edits of others, and never half a surrogate pair.
    if (others.length > 0 || change?.inserted.match(LONE)) this.#show();
  }

  #edit(change: Change, others: readonly TextDelta[], base: string | undefined): void {
    const text = this.#text;
    const isPlain = base === undefined && text.length === this.#shown.length;
    const place = isPlain ? change : this.#locate(change, base ?? text.toString());
    const { at, cuts } = rebase(place, others);
    for (const [from, to] of [...cuts].reverse()) text.delete(from, to - from); // from the back: earlier places stay right
    if (change.inserted !== "") text.insert(at, change.inserted.replace(LONE, "\ufffd"));
  }

  /** Where a change of the field lies in a text with line ends that the field shows shorter, or not at all. */
  #locate({ start, deleted, inserted }: Change, whole: string): Change {
    const isShown = this.#isInput
      ? (index: number): boolean => !/[\r\n]/.test(whole.charAt(index))
      : (index: number): boolean => whole.charAt(index) !== "\r" || whole.charAt(index + 1) !== "\n";
    const from = nthIndex(whole.length, start, isShown);
    const to = nthIndex(whole.length, start + deleted, isShown);
    return { start: from, deleted: to - from, inserted };
  }

  #hear(delta: TextDelta): void {
    if (this.#writing) return;
    if (this.#composition !== undefined) this.#composition.deltas.push(delta);
    else {
      this.#queue.push(delta);
      this.#growth += growth(delta);
      // Where line ends make the indexes of text and field differ, nothing may wait: what is typed could not be placed.
      if (this.#shown.length + this.#growth !== this.#text.length || hasReturns(delta, this.#isInput)) this.#flush();
      else this.#cancelFrame ??= onNextFrame(() => this.#flush());
    }
  }

  #takeQueue(): TextDelta[] {
    this.#cancelFrame?.();
    this.#cancelFrame = undefined;
    this.#growth = 0;
    return this.#queue.splice(0);
  }

  #flush(): void {
    const isSame = this.#shown.length + this.#growth === this.#text.length;
    const deltas = this.#takeQueue();
    if (deltas.length === 0) return;
    const isPlain = isSame && !deltas.some((delta) => hasReturns(delta, this.#isInput));
    this.#show(isPlain && this.#field.value === this.#shown ? deltas : undefined);
  }

  /**
   * Makes the field show the text, with the one smallest change: however many edits led there, the browser rebuilds the field once.
   * @param deltas - Those edits, when their indexes are the field's too: the selection moves along with each.
   */
  #show(deltas?: readonly TextDelta[]): void {
    const field = this.#field;
    const next = this.#fieldText();
    const change = diffText(field.value, next);
    if (change !== undefined) {
      keepView(field, () => {
        const { selectionStart: start, selectionEnd: end } = field;
        if (deltas === undefined || start === null || end === null) return replaceRange(field, change);
        const [from, to] = moveSelection([start, end], deltas);
        field.setRangeText(change.inserted, change.start, change.start + change.deleted, "preserve");
        if (field.selectionStart !== from || field.selectionEnd !== to) field.setSelectionRange(from, to);
      });
    }
    this.#shown = next;
  }
}

const LONE = /\p{Surrogate}/gu; // half a pair: no text may hold one

const HIDDEN_FRAME_MS = 200;

/** A page that is not on screen gets no animation frames; a timer, which it does get, then stands in. */
function onNextFrame(f: () => void): () => void {
  const frame = requestAnimationFrame(f);
  const timer = setTimeout(f, HIDDEN_FRAME_MS);
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}

/** Whether an insertion has line ends that a field shows shorter, or not at all. */
function hasReturns(delta: TextDelta, isInput: boolean): boolean {
  const returns = isInput ? /[\r\n]/ : /\r/;
  return delta.some((step) => "insert" in step && returns.test(step.insert));
}

function growth(delta: TextDelta): number {
  return delta.reduce(
    (sum, step) => sum + ("insert" in step ? step.insert.length : "delete" in step ? -step.delete : 0),
    0,
  );
}

/** The browser moves the selection along, save for a selection that begins where text comes in: that text is not selected. */
function replaceRange(field: TextField, { start, deleted, inserted }: Change): void {
  const pushed = deleted === 0 && field.selectionStart === start && field.selectionEnd !== start;
  field.setRangeText(inserted, start, start + deleted, "preserve");
  if (pushed) field.selectionStart = start + inserted.length;
}

/** What `setRangeText` may lose: the scroll position, and which end of the selection moves. */
function keepView(field: TextField, f: () => void): void {
  const { scrollTop, scrollLeft, selectionDirection } = field;
  f();
  if (field.selectionDirection !== selectionDirection) field.selectionDirection = selectionDirection;
  if (field.scrollTop !== scrollTop) field.scrollTop = scrollTop;
  if (field.scrollLeft !== scrollLeft) field.scrollLeft = scrollLeft;
}

function listen(field: TextField, type: string, listener: () => void): () => void {
  field.addEventListener(type, listener);
  return () => field.removeEventListener(type, listener);
}
