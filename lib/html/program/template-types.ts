/**
 * A parsed template: one per place in the source, shared by all its evaluations, frozen.
 * @public
 */
export interface Template {
  /** 16 hexadecimal digits over the statics: equal on every process and machine that has the same statics. */
  readonly hash: string;
  /** The text between the holes; always one more than there are holes. */
  readonly statics: readonly string[];
  /** What is known about each hole. */
  readonly holes: readonly Hole[];
  /** The places a live view may update. */
  readonly slots: readonly Slot[];
}

/**
 * Where a hole stands, which decides how its value is written.
 * @public
 */
export type HoleContext =
  | "child"
  | "text"
  | "attribute"
  | "url"
  | "url-list"
  | "resource-url"
  | "srcset"
  | "srcdoc"
  | "refresh"
  | "style"
  | "handler"
  | "code"
  | "script"
  | "data-script"
  | "style-text"
  | "spread";

/**
 * One hole of a template.
 * @public
 */
export interface Hole {
  /** Where it stands. */
  readonly context: HoleContext;
  /** The attribute's name, or "" outside attributes. */
  readonly name: string;
  /** The element it belongs to, in lower case; "" at the top of the template. */
  readonly tag: string;
  /** Its slot's index in `slots`; -1 when a live view cannot update it. */
  readonly slot: number;
}

/**
 * One updatable place of a template.
 * @public
 */
export interface Slot {
  /** Between tags, one attribute, or all the text of a `<title>` or `<textarea>`. */
  readonly kind: "child" | "attribute" | "text";
  /** The attribute's name; "" for the other kinds. */
  readonly name: string;
  /** Index of its first hole. */
  readonly first: number;
  /** How many holes it has; above 1 only for attributes and text. */
  readonly count: number;
  /** Element indexes from the top of the template to the element that has the attribute or encloses the content. */
  readonly path: readonly number[];
  /** For a child slot: it is the only content of its element. */
  readonly alone: boolean;
}
