import { judgeEvent } from "./events.ts";
import { isFilter } from "./filter.ts";
import { splitAt } from "./split.ts";
import { say } from "./tables.ts";
import { HOLE, type Remark, type Version } from "./types.ts";
import { judgeSelectors } from "./values.ts";

const CORE = new Set(["once", "delay", "changed", "from"]);
const PLUS = new Set(["throttle", "target", "consume"]);
const QUEUES: ReadonlyMap<string, string> = new Map([
  ["first", "this:queue first"],
  ["last", "this:queue last"],
  ["all", "this:queue all"],
  ["none", "this:drop"],
]);

/** What becomes of a value of `hx-trigger`. */
export function judgeTrigger(value: string, from: Version): Remark[] {
  return splitAt(value, ",").flatMap((part) => judgeOne(part, from));
}

function judgeOne(text: string, from: Version): Remark[] {
  const { name, filter, words } = takeApart(text);
  const remarks: Remark[] = [];
  if (name.startsWith("htmx:")) remarks.push(...judgeEvent(name, from));
  else if (/^(?:sse|ws):/.test(name))
    remarks.push(say("change", "live", "events from the server belong to live views", "a view of busbar/live"));
  else if (name === "revealed" || name === "intersect")
    remarks.push(say("plus", "revealed", `${name} is in busbar-plus`));
  if (filter !== undefined) remarks.push(name === "every" ? POLLED : judgeFilter(filter));
  for (const word of name === "every" ? words.slice(1) : words) remarks.push(...judgeModifier(word, name));
  return remarks;
}

const POLLED = say(
  "change",
  "every-filter",
  "polls have no filter",
  "status 286, which ends them, or an event that asks in place of every",
);

function judgeFilter(filter: string): Remark {
  if (filter.includes(HOLE) || isFilter(filter)) return say("plus", "filter", "filters are in busbar-plus");
  return say(
    "change",
    "filter",
    `the filter [${filter.slice(0, 60)}] is code; only the event's own fields are read and compared`,
    "comparisons, such as [key=='Enter' && !ctrlKey]; anything else in a listener that fires an event of its own",
  );
}

interface Parts {
  readonly name: string;
  readonly filter: string | undefined;
  readonly words: readonly string[];
}

/** `name[filter] word word`; a filter of `every` may stand behind the time: `every 2s[filter]`, `every 2s [filter]`. */
function takeApart(text: string): Parts {
  const words: string[] = [];
  let filter: string | undefined;
  for (const piece of splitAt(text, " ")) {
    const start = piece.indexOf("[");
    const last = words[words.length - 1] ?? "";
    if (/^from:(?:closest|find|next|previous)$/.test(last)) words[words.length - 1] = `${last} ${piece}`;
    else if (start >= 0 && filter === undefined && (words.length === 0 || words[0] === "every")) {
      filter = piece.slice(start + 1).replace(/\]$/, "");
      if (start > 0) words.push(piece.slice(0, start));
    } else words.push(piece);
  }
  const [name = "", ...rest] = words;
  return { name, filter, words: rest };
}

function judgeModifier(word: string, event: string): Remark[] {
  const [, key = "", argument = ""] = /^([^:]*):?([\s\S]*)$/.exec(word) ?? [];
  if (key.includes(HOLE)) return [];
  if (key === "from") return judgeFrom(argument);
  if (CORE.has(key)) return [];
  if (PLUS.has(key)) return [say("plus", "modifier", `the modifier ${key} is in busbar-plus`)];
  if (key === "queue")
    return [
      say("change", "queue", "what waits is said in hx-sync", `hx-sync="${QUEUES.get(argument) ?? "this:queue last"}"`),
    ];
  if (/^(?:root|threshold)$/.test(key) && /^(?:intersect|revealed)$/.test(event)) return [];
  return [say("change", "modifier", `the modifier ${key} is not known`, insteadOf(key))];
}

function judgeFrom(argument: string): Remark[] {
  if (argument === "outside" || argument === "self")
    return [say("change", "modifier", `from:${argument} is not known`, "a listener of your own that fires an event")];
  if (/^\{.*\}$/.test(argument))
    return [
      say("change", "selector", "selectors with spaces stand in round brackets", `from:(${argument.slice(1, -1)})`),
    ];
  const bare = argument.replace(/^[("'](.*)[)"']$/s, "$1");
  return judgeSelectors("from:", bare, true);
}

function insteadOf(key: string): string {
  if (key === "stop" || key === "halt") return "consume, and busbar-plus";
  if (key === "prevent") return "remove it: what a link or form would do is prevented";
  return "a listener of your own that fires an event";
}
