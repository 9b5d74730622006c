// The encoders of lib/html themselves, for what is written by hand around them.
export { checkCssValue } from "../../../lib/html/encode/css.ts";
export { escapeAttribute, escapeText } from "../../../lib/html/encode/escape.ts";
export { checkUrl } from "../../../lib/html/encode/url.ts";
