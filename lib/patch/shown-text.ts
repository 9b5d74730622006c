/** A text as a document holds it: NUL, which none can, is U+FFFD there, as it is in the HTML of the page. A lone surrogate becomes that by itself, as it travels. */
export function shownText(text: string): string {
  return text.indexOf("\0") < 0 ? text : text.replaceAll("\0", "\ufffd");
}
