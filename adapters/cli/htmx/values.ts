import { splitAt } from "./split.ts";
import { say } from "./tables.ts";
import { HOLE, type Remark } from "./types.ts";

const CODE = /^\s*(?:js|javascript):/i;

/** Whether a value is code that htmx would run. */
export function isCode(value: string): boolean {
  return CODE.test(value);
}

/** Addresses: of this origin only. One that starts with a hole is not known. */
export function judgeUrl(name: string, value: string): Remark[] {
  if (isCode(value))
    return [say("change", "code", `${name} runs no code`, "an address; what the code did goes into a listener")];
  const text = value.trim();
  if (/^[a-z][a-z\d+.-]*:/i.test(text) || text.startsWith("//"))
    return [
      say(
        "change",
        "origin",
        `only addresses of the page's own origin are asked; ${text.slice(0, 60)} is foreign, or written as if it were`,
        "a path; your server can pass the request on",
      ),
    ];
  return [];
}

/** `hx-vals` and `hx-headers`: one object in JSON. */
export function judgeJson(name: string, value: string): Remark[] {
  if (isCode(value))
    return [
      say(
        "change",
        "code",
        `${name} is JSON; no code is run`,
        name === "hx-vals"
          ? "hx-include, hidden fields, or ctx.data in a listener of htmx:config"
          : "ctx.headers in a listener of htmx:config",
      ),
    ];
  const text = value.trim();
  if (text === "" || text === HOLE || parses(text)) return [];
  if (text.includes(HOLE) && text.startsWith("{") && !/^\{\s*[\w']/.test(text)) return []; // not known
  const json = toJson(text);
  return [
    say("change", "json", `${name} is read as JSON`, json === undefined ? "an object in JSON" : `${name}='${json}'`),
  ];
}

function parses(text: string): boolean {
  return ["0", '"x"', "x", ""].some((filler) => {
    try {
      const value: unknown = JSON.parse(text.replaceAll(HOLE, filler));
      return typeof value === "object" && value !== null && !Array.isArray(value);
    } catch {
      return false;
    }
  });
}

/** `a:1, b:'x'` of htmx 4 and `"a":1` of htmx 2 as JSON, where that is sure. */
function toJson(text: string): string | undefined {
  if (parses(`{${text}}`)) return text.includes(HOLE) ? undefined : `{${text}}`;
  const pairs: string[] = [];
  for (const part of splitAt(text, ",").flatMap((piece) => splitAt(piece, " "))) {
    const [, key, raw = ""] = /^["']?([\w-]+)["']?:(.+)$/.exec(part) ?? [];
    if (key === undefined || raw.includes(HOLE)) return undefined;
    const word = raw.replace(/^(["'])(.*)\1$/, "$2");
    pairs.push(
      `${JSON.stringify(key)}:${word === raw && /^(?:-?\d{1,15}|true|false|null)$/.test(raw) ? raw : JSON.stringify(word)}`,
    );
  }
  return pairs.length === 0 ? undefined : `{${pairs.join(",")}}`;
}

const FOREIGN = /^(?:global |findAll |host$|root$|document$|window$|nextElementSibling$|previousElementSibling$)/;

/** Selectors in the extended grammar. `from`: in `from:`, where the document and the window may stand. */
export function judgeSelectors(name: string, value: string, from = false): Remark[] {
  const remarks: Remark[] = [];
  for (const part of splitAt(value, ",")) {
    if (isCode(part)) remarks.push(say("change", "code", `${name} runs no code`, "a selector"));
    else if (/^<.*\/>$/.test(part))
      remarks.push(say("change", "selector", `${name}: ${part} is a form of htmx`, `${part.slice(1, -2)}`));
    else if (/^["']/.test(part))
      remarks.push(say("change", "quoted", `${name}: values in quotes are not read`, `(${part.slice(1, -1)})`));
    else if (part === "unset")
      remarks.push(
        say("change", "unset", "nothing is unset", "remove it, and put :inherited only where it shall count inside"),
      );
    else if (part === "inherit")
      remarks.push(say("change", "append", "values do not add up along the way", `all selectors in one ${name}`));
    else if (FOREIGN.test(part) && !(from && /^(?:document|window)$/.test(part)))
      remarks.push(say("change", "selector", `${name}: "${part}" is not known`, insteadOf(part)));
    else if (/^(?:next|previous)(?: |$)/.test(part))
      remarks.push(say("plus", "next", `${name}: next and previous are in busbar-plus`));
  }
  return remarks;
}

function insteadOf(part: string): string {
  if (part.startsWith("findAll ")) return `find ${part.slice(8)}`;
  if (part.endsWith("ElementSibling")) return `${part.slice(0, -14)} *`;
  return part.startsWith("global ") ? part.slice(7) : "a selector";
}
