/** The major version of htmx that templates were written for. */
export type Version = 2 | 4;

/**
 * What becomes of something written for htmx.
 *
 * - `change`: it will not carry over.
 * - `differs`: it carries over and behaves differently.
 * - `morph`, `page`, `plus`: it carries over where busbar-morph, busbar-page or busbar-plus is loaded as well.
 *
 * What carries over as it is has no remark.
 */
export type Verdict = "change" | "differs" | "morph" | "page" | "plus";

/** What there is to say about one use of htmx. */
export interface Remark {
  readonly verdict: Verdict;
  /** Names the rule, for those who filter. */
  readonly rule: string;
  readonly why: string;
  /** What to write in its place. */
  readonly instead?: string;
}

/** A template construct in a value, whatever its language: nothing is known of what it will be. */
export const HOLE = "\uFFFC";

/** An attribute as it stands in a text. */
export interface Attribute {
  /** As written, with a `HOLE` for each part that is made at run time. */
  readonly name: string;
  /** Where the name starts. */
  readonly at: number;
  /** Where the value ends. */
  readonly end: number;
  /** Character references decoded, holes as `HOLE`; undefined where there is none. */
  readonly value: string | undefined;
  /** The value as it is written. */
  readonly raw: string;
}

/** A start tag. */
export interface Tag {
  readonly name: string;
  readonly at: number;
  readonly attributes: readonly Attribute[];
  /** Whether a form is open around it, in the same file. */
  readonly inForm: boolean;
  /** The element that is open around it, in the same file. */
  readonly parent: string | undefined;
}

/** One use of htmx. */
export type Use =
  | {
      readonly kind: "attribute";
      readonly at: number;
      readonly name: string;
      readonly value: string | undefined;
      /** The tag it stands in; undefined where it is written in code. */
      readonly tag: Tag | undefined;
    }
  | { readonly kind: "element" | "event" | "class" | "call" | "setting"; readonly at: number; readonly name: string }
  | { readonly kind: "header"; readonly at: number; readonly name: string; readonly reads: boolean }
  | { readonly kind: "script"; readonly at: number; readonly name: string };
