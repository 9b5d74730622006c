import { isComponent, isEvaluation } from "../brand.ts";
import { HOT_RENDERS, isServer } from "../program/program.ts";
import type { HtmlValue } from "../types.ts";

/** Pages of other lengths are joined faster. */
const MIN_BYTES = 1_024;
const MAX_BYTES = 1 << 20;
/** The share of a page that may be joined as text before it is converted. */
const MOST_JOINED = 0.25;
/** How many renders are joined after a page that had better been joined. */
const PAUSE = 1_000;

/**
 * What is known of the pages of one kind that are asked for as strings: whether writing bytes and reading them as text is faster than joining texts.
 * It is where all is ASCII and templates write bytes: 0.6 to 1.0 of the time, and a fifth of the garbage (bench: html, "to a flat string").
 */
export class Habit {
  /** Renders to join until bytes are tried. */
  #wait = HOT_RENDERS;
  /** Renders until the templates in it have their programs. */
  #learning = 2 * HOT_RENDERS;

  wantsBytes(): boolean {
    if (this.#wait === 0) return true;
    this.#wait--;
    return false;
  }

  /** Looks at a page: how many bytes and characters it has, and how many of these were joined. */
  learn(bytes: number, chars: number, joined: number): void {
    if (this.#learning > 0) this.#learning--;
    else if (bytes !== chars || bytes < MIN_BYTES || bytes > MAX_BYTES || joined > bytes * MOST_JOINED)
      this.#wait = PAUSE;
  }
}

const habits = new WeakMap<object, Habit>();

// Elsewhere templates have no code of their own, and write no bytes.
const isKept = /* @__PURE__ */ isServer();

/** Pages are of one kind when their outermost template or component is. */
export function habitOf(node: HtmlValue): Habit | undefined {
  const root = isKept ? rootOf(node) : undefined;
  if (root === undefined) return undefined;
  const known = habits.get(root);
  if (known !== undefined) return known;
  const made = new Habit();
  habits.set(root, made);
  return made;
}

function rootOf(node: HtmlValue): object | undefined {
  const last: unknown = Array.isArray(node) ? node.at(-1) : node; // behind a doctype
  if (isEvaluation(last)) return last.template;
  return isComponent(last) ? last.component : undefined;
}
