// One comparison, or one field, of the grammar that busbar-plus reads.
const FIELD = String.raw`[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*`;
const LITERAL = String.raw`(?:'[^']*'|"[^"]*"|-?\d+(?:\.\d+)?|true|false|null)`;
const TERM = new RegExp(`^(?:!?${FIELD}|${FIELD}\\s*[!=]==?\\s*${LITERAL})$`);

/** Whether a filter is one that is read without being run: fields of the event and comparisons, joined by `&&`. */
export function isFilter(text: string): boolean {
  return text.split("&&").every((term) => TERM.test(term.trim()));
}
