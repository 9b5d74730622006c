import { firstOf } from "busbar/app";
import { type Html, html, type SpreadAttributes, spread } from "busbar/html";

export interface FieldProps {
  /** Of the input, and its id. */
  readonly name: string;
  readonly label: string;
  readonly value: string | number;
  /** What is wrong with the value. */
  readonly error?: string | undefined;
  /** Puts the cursor here when the form appears. */
  readonly focus?: boolean;
  /** More attributes of the input. */
  readonly input?: SpreadAttributes;
}

/** A labelled input with a place for what is wrong with it. Its element has the id `field-` and the name. */
export function field({ name, label, value, error, focus = false, input = {} }: FieldProps): Html {
  return html`<div class="field" id=${`field-${name}`}><label for=${name}>${label}</label>
<input id=${name} name=${name} value=${value} autocomplete="off" aria-invalid=${error === undefined ? null : "true"} aria-describedby=${`${name}-error`} autofocus=${focus} ${spread(input)}>
<p id=${`${name}-error`} class="error" role="alert">${error}</p></div>`;
}

/** The trimmed text of a field that came from anywhere. */
export function textOf(value: string | readonly string[] | undefined): string {
  return (firstOf(value) ?? "").trim();
}

export const MAX_TITLE = 60;
export const MAX_PAGES = 9_999;

/** What is wrong with the title of a book. */
export function titleProblem(title: string): string | undefined {
  if (title === "") return "Give the book a title.";
  return title.length > MAX_TITLE ? `Use at most ${MAX_TITLE} characters.` : undefined;
}

/** What is wrong with a number of pages. */
export function pagesProblem(pages: string): string | undefined {
  const isGood = /^\d{1,4}$/.test(pages) && Number(pages) >= 1;
  return isGood ? undefined : `Use a whole number from 1 to ${MAX_PAGES}.`;
}
