// The encoders of lib/html themselves, for what is written by hand around them.
export { checkCssValue } from "../../../lib/html/css.ts";
export { escapeAttribute, escapeText } from "../../../lib/html/escape.ts";
export { checkUrl } from "../../../lib/html/url.ts";
