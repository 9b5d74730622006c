// The encoders of lib/html, made into a module of their own by the bench's preparation: the package does not export them.
import { preparedFile } from "./prepared.mjs";

const { checkCssValue, checkUrl, escapeAttribute, escapeText } = await import(preparedFile("encoders.mjs"));

/** What each place of a page needs. */
export const encoders = { text: escapeText, attribute: escapeAttribute, url: checkUrl, css: checkCssValue };
