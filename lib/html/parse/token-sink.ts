/** How the text after a start tag is read; "empty": there is none, and an end tag says so wherever the element stands. */
export type TextMode = "data" | "escaped" | "raw" | "script" | "plain" | "empty";

/** An attribute whose end has been reached. Without holes, `parts` is its one value. */
export interface AttributeToken {
  readonly name: string;
  readonly quote: string;
  readonly first: number;
  readonly parts: readonly string[];
}

/** What the tokenizer tells of the statics, in order. */
export interface TokenSink {
  /** Source that is printed as it is. */
  copy(source: string): void;
  /** There was text or a comment between tags; `source` is the text as written, "" for a comment. */
  content(source: string): void;
  /** A hole between tags, and the source since the last start tag or hole. */
  child(hole: number, before: string): void;
  /** `<name` was copied. */
  openTag(name: string): void;
  attribute(token: AttributeToken): void;
  spread(hole: number): void;
  /** The `>` of a start tag was reached. */
  closeStartTag(selfClosing: boolean): TextMode;
  endTag(name: string): void;
  /** The statics of a title or textarea, up to its next hole, or with -1 up to its end. */
  escapedText(source: string, hole: number): void;
  /** A hole in the text of a script, or one that is all the text of a `<style>`. */
  scriptHole(hole: number, before: string, after: string): void;
  /** Tells whether the current element is SVG or MathML, where `<![CDATA[` is text. */
  inForeign(): boolean;
}
