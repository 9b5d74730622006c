import { say } from "./tables.ts";
import type { Remark, Version } from "./types.ts";

/** Sent with requests, or understood in replies, under the same name and with the same meaning. */
const SAME = new Set(
  (
    "HX-Request HX-Request-Type HX-Source HX-Current-Url HX-Boosted HX-History-Restore-Request HX-Redirect HX-Refresh HX-Push-Url HX-Replace-Url " +
    "HX-Retarget HX-Reswap HX-Reselect"
  ).split(" "),
);

const GONE: ReadonlyMap<string, readonly [why: string, instead: string]> = new Map([
  ["HX-Push", ["the old name", "HX-Push-Url"]],
  ["HX-Trigger-After-Swap", ["there is one header for events", "HX-Trigger: its events are fired after the swap"]],
  ["HX-Trigger-After-Settle", ["there is one header for events", "HX-Trigger: its events are fired after the swap"]],
  ["HX-Trigger-Name", ["it is not sent", "HX-Source, which is tag#id, or a value in hx-vals"]],
  ["HX-Prompt", ["nobody is asked for a text", "a value of the form"]],
  ["HX-Ptag", ["there are no tags of polls", "ETag and If-None-Match"]],
  ["HX-Download", ["downloads are the browser's", "Content-Disposition, behind an ordinary link"]],
  ["HX-Part-Id", ["replies in parts have no counterpart", "several <hx-partial> in one reply"]],
  ["HX-Last-Part-Id", ["replies in parts have no counterpart", "several <hx-partial> in one reply"]],
  ["HX-Select", ["it belongs to replies in parts", "several <hx-partial> in one reply"]],
  ["HX-Swap", ["it belongs to replies in parts", "several <hx-partial> in one reply"]],
]);

/** What becomes of a header in server code. */
export function judgeHeader(name: string, reads: boolean, from: Version): Remark[] {
  if (SAME.has(name)) return [];
  if (name === "HX-Location") return [say("plus", "location", "HX-Location is read by busbar-plus")];
  if (name === "HX-Target")
    return from === 4
      ? []
      : [
          say(
            "differs",
            "header",
            "HX-Target is tag#id, the id percent-encoded; in htmx 2 it was the id",
            "what stands behind the #",
          ),
        ];
  if (name === "HX-Trigger") {
    if (reads) return [say("change", "header", "requests do not carry HX-Trigger", "HX-Source, which is tag#id")];
    return from === 4
      ? []
      : [say("differs", "header", "events of HX-Trigger are fired after the swap; in htmx 2 before it")];
  }
  const [why, instead] = GONE.get(name) ?? [
    `${name} is not known`,
    "a header under a name of your own, read in the response hook of an extension of your own",
  ];
  return [say("change", "header", why, instead)];
}
