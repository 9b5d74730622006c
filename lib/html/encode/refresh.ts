import { BLOCKED_URL, CHECKED_EACH_TIME, judgePrefix, schemeOf } from "./url.ts";

const SCHEMES = new Set(["", "http", "https"]);
const TIME = /^[\t\n\f\r .\d]*$/;
// The standard's shared declarative refresh steps: time, separator, `url=`, quote. Without a time nothing happens at all.
const REFRESH = /^[\t\n\f\r ]*[.\d]+(?:[\t\n\f\r ]*[;,][\t\n\f\r ]*|[\t\n\f\r ]+)([\s\S]*)$/;
const URL_MARK = /^url[\t\n\f\r ]*=[\t\n\f\r ]*/i;

/** The URL that the `content` of a refreshing `<meta>` leads to; `undefined` for the page itself. */
export function refreshUrl(content: string): string | undefined {
  const rest = REFRESH.exec(content)?.[1];
  if (rest === undefined || rest === "") return undefined;
  const url = rest.replace(URL_MARK, "");
  const quote = url.charAt(0);
  return quote === '"' || quote === "'" ? (url.slice(1).split(quote)[0] ?? "") : url;
}

/** The `content`, or the blocked URL, which has no time and so does nothing. Only web pages are led to. */
export function checkRefresh(content: string): string {
  return SCHEMES.has(schemeOf(refreshUrl(content) ?? "")) ? content : BLOCKED_URL;
}

/** The same for holes within the author's text: one in place of the time takes digits alone, or it could bring a URL of its own. */
export function checkRefreshParts(raw: readonly string[], texts: readonly string[]): string {
  let content = raw[0] ?? "";
  for (const [i, text] of texts.entries()) {
    const isTime = TIME.test(content) && raw.slice(i + 1).some((part) => part.trim() !== "");
    if (isTime && !TIME.test(text)) return BLOCKED_URL;
    content += text + (raw[i + 1] ?? "");
  }
  return checkRefresh(content);
}

/** What the author's start of the `content` says about the URL in it. */
export function judgeRefreshPrefix(prefix: string): number {
  const url = refreshUrl(prefix);
  return url === undefined ? CHECKED_EACH_TIME : judgePrefix(url);
}
