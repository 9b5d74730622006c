import { CodedError } from "../../lib/errors/index.ts";

// Servers differ in what divides segments: some decode %2F and %5C first, some cut at a semicolon.
const LEAVES = /(?:^|[/\\]|%2f|%5c)(?:\.|%2e){1,2}(?=$|[/\\;?]|%2f|%5c|%3b)/i;

/**
 * Path and query for the server behind. A fragment has no place in a request: here it was cut off before a route was looked for, and a server behind may take it
 * for more of the path.
 * @returns `undefined` when a part of the path is `.` or `..` in some spelling: whoever takes it as such would answer another path than the one
 * that was matched here.
 * @throws CodedError `PROXY_BAD_PATH`.
 */
export function pathBehind(url: string, change: ((url: string) => string) | undefined): string | undefined {
  const asked = url.replace(/#.*/s, "");
  if (leavesByDots(asked)) return undefined;
  const path = change === undefined ? asked : change(asked);
  if (!path.startsWith("/"))
    throw new CodedError("PROXY_BAD_PATH", "the path for the server behind does not start with a slash");
  return path;
}

function leavesByDots(url: string): boolean {
  const end = url.indexOf("?");
  return LEAVES.test(end < 0 ? url : url.slice(0, end));
}
