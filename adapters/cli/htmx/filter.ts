const TERM = /^!?\s*[A-Za-z_][\w.]*\s*(?:[!=]==?\s*(?:'.*'|".*"|-?[\d.]+|true|false|null))?$/s;

/**
 * Whether a filter is one that busbar-plus reads without running it: fields of the event, alone, with `!`, or compared by `==`, `!=`, `===` or
 * `!==` with a text in quotes, a number, `true`, `false` or `null`; terms are joined by `&&` and `||`. A comma in it may end the trigger, and `]` ends the filter.
 */
export function isFilter(text: string): boolean {
  return !/[,\]]/.test(text) && text.split(/\|\||&&/).every((term) => TERM.test(term.trim()));
}
