import { eventFor } from "./events.ts";
import { OWN_EXTENSION } from "./scripting.ts";
import { splitAt } from "./split.ts";
import { judgeOob, judgePlace, judgeSwap } from "./swap.ts";
import { EXTENSIONS, GONE, say, UNPREFIXED } from "./tables.ts";
import { judgeTrigger } from "./trigger.ts";
import { HOLE, type Remark, type Tag, type Version } from "./types.ts";
import { isCode, judgeJson, judgeSelectors, judgeUrl } from "./values.ts";

/** One attribute, its name in small letters, with `hx-` and without suffixes. */
export interface Written {
  readonly name: string;
  /** The value, with holes; empty where there is none. */
  readonly value: string;
  readonly tag: Tag | undefined;
  readonly from: Version;
}

type Rule = (written: Written) => readonly Remark[];

const same: Rule = () => [];
const url: Rule = ({ name, value }) => judgeUrl(name, value);
const selectors: Rule = ({ name, value }) => judgeSelectors(name, value);
const json: Rule = ({ name, value }) => judgeJson(name, value);
const address: Rule = ({ name, value }) => (/^(?:true|false)$/.test(value) ? [] : judgeUrl(name, value));
const inPlus: Rule = ({ name }) => [say("plus", "attribute", `${name} is in busbar-plus`)];

/** What busbar-plus reads, or does by itself, apart from rules for a status. */
const PLUS = "head select-oob optimistic timeout announce announce-error focus preload"
  .split(" ")
  .map((name) => `hx-${name}`);

const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ...["hx-get", "hx-post", "hx-put", "hx-patch"].map((name) => [name, url] as const),
  ["hx-delete", (written) => [...url(written), ...judgeDelete(written)]],
  ...["hx-include", "hx-indicator"].map((name) => [name, selectors] as const),
  ["hx-target", (written) => (written.tag?.name === "hx-partial" ? judgePlace(written.value) : selectors(written))],
  [
    "hx-sync",
    ({ value }) => judgeSelectors("hx-sync", value.replace(/(?:^|:)\s*(?:drop|abort|replace|queue\b.*)$/, "")),
  ],
  ...["hx-select", "hx-ignore", "hx-preserve", "hx-validate"].map((name) => [name, same] as const),
  ...PLUS.map((name) => [name, inPlus] as const),
  ["hx-trigger", ({ value, from }) => judgeTrigger(value, from)],
  ["hx-swap", ({ value }) => judgeSwap(value)],
  ["hx-swap-oob", (written) => [...judgeOob(written.value), ...judgeNesting(written)]],
  ["hx-vals", json],
  ["hx-headers", json],
  [
    "hx-confirm",
    ({ value }) =>
      isCode(value)
        ? [
            say(
              "change",
              "code",
              "hx-confirm runs no code",
              "a question, or an extension of your own whose request hook asks",
            ),
          ]
        : [],
  ],
  [
    "hx-encoding",
    ({ value }) =>
      /^(?:multipart\/form-data|application\/x-www-form-urlencoded|\uFFFC)?$/.test(value)
        ? []
        : [say("change", "encoding", `${value} is not known`, "multipart/form-data")],
  ],
  ["hx-push-url", address],
  ["hx-replace-url", address],
  ["hx-boost", judgeBoost],
  ["hx-disable", judgeDisable],
  ["hx-ext", ({ value }) => judgeExtensions(value)],
]);

/** Suffixes that change what an attribute means. */
const SUFFIX = /:(inherited|append|merge)/g;

/** What becomes of an attribute, as it is written. */
export function judgeAttribute(written: Written): Remark[] {
  const { name: full, value } = written;
  const bare = full.replace(/^data-(?=hx-|sse-|ws-|remove-me|preload-)/, "");
  const renamed = bare === full ? [] : [say("change", "data", `${full} is not read`, bare)];
  if (bare.includes(HOLE))
    return [
      ...renamed,
      say(
        "differs",
        "dynamic",
        "the name is made at run time, so this tool cannot judge it",
        "look at what it becomes",
      ),
    ];
  if (/^hx-on(?:$|[:-])/.test(bare)) return [...renamed, judgeOn(bare)];
  const unprefixed = UNPREFIXED.get(bare);
  if (unprefixed !== undefined)
    return [...renamed, say("change", "extension", `${bare}: ${unprefixed[0]}`, unprefixed[1])];
  const suffixes = [...bare.matchAll(SUFFIX)].map(([, suffix]) => suffix);
  const name = bare.replace(SUFFIX, "");
  if (suffixes.length > 0 && name === "hx-ignore")
    return [
      ...renamed,
      say("change", "inherited", `${name} counts for all inside by itself, and is not read with a suffix`, name),
    ];
  const added = suffixes.some((suffix) => suffix !== "inherited")
    ? [say("change", "append", "values do not add up along the way", `the whole value in one ${name}`)]
    : [];
  return [...renamed, ...added, ...judgeNamed({ ...written, name, value })];
}

function judgeNamed(written: Written): readonly Remark[] {
  const { name, value, from } = written;
  if (value === "unset")
    return [
      say("change", "unset", "nothing is unset", "remove it, and put :inherited only where it shall count inside"),
    ];
  const gone = GONE.get(name) ?? GONE.get(name.replace(/:.*/, ""));
  if (gone !== undefined) return [say("change", "attribute", `${name}: ${gone[0]}`, gone[1])];
  const status = /^hx-(status|target)[:-](\d\d\d|\d\dx|\dxx|\d?[*x]{1,3}|error|\d{1,2}\*)$/.exec(name);
  if (status !== null) return judgeStatus(written, status[1] === "target", status[2] ?? "");
  const rule = RULES.get(name);
  if (rule !== undefined) return rule(written);
  return [
    say("change", "unknown", `neither htmx ${from} nor busbar knows ${name}`, "an attribute of your own under data-"),
  ];
}

/** What a rule for a status may say. */
const STATUS_KEYS = new Set(["swap", "target", "select", "push", "replace"]);

function judgeStatus({ name, value }: Written, isTarget: boolean, status: string): Remark[] {
  if (isTarget) {
    const ours = status === "error" ? "4xx, and 5xx" : status.replace(/\*/g, "xx").slice(0, 3);
    return [
      say("change", "extension", `${name} belongs to an extension`, `hx-status:${ours}="target:..." of busbar-plus`),
    ];
  }
  const keys = splitAt(value, " ").map((word) => word.split(":")[0] ?? "");
  const isRead = keys.every((key) => STATUS_KEYS.has(key) || key.includes(HOLE));
  if (isRead) return [say("plus", "status", `${name} is in busbar-plus`)];
  return [
    say(
      "change",
      "status-rule",
      `${name}: a rule has swap, target, select, push and replace`,
      "target:#errors swap:innerHTML",
    ),
  ];
}

/** `hx-on:click`, `hx-on::before-swap` and `hx-on-click`; alone it names its events in the value. */
function judgeOn(name: string): Remark {
  const event = name.replace(/^hx-on(?:--|::)/, "htmx:").replace(/^hx-on[:-]?/, "");
  const heard = event.startsWith("htmx:") ? eventFor(event) : event;
  const isEvent = heard !== undefined && /^[\w:.-]+$/.test(heard);
  const instead = isEvent
    ? `addEventListener("${heard}", ...) in a script`
    : `a script; ${heard || "addEventListener"}`;
  return say("change", "on", "no code is run from attributes", instead);
}

function judgeDelete({ tag, from }: Written): Remark[] {
  if (from === 4 || tag === undefined || !tag.inForm || tag.name.toLowerCase() === "form") return [];
  if (tag.attributes.some(({ name }) => /hx-include/.test(name))) return [];
  return [
    say(
      "differs",
      "delete",
      "DELETE does not send the form around it; in htmx 2 it did",
      'hx-include="closest form" where its values are needed',
    ),
  ];
}

/** Layout elements, in which a part of a page stands when it is not sent alone. */
const LAYOUT = /^(?:template|html|body|main|hx-partial|script|[A-Z].*|.*[.-].*)$/;

function judgeNesting({ tag, from }: Written): Remark[] {
  if (from === 4 || tag?.parent === undefined || LAYOUT.test(tag.parent)) return [];
  return [
    say(
      "differs",
      "nested",
      `parts are looked for at the top level of a reply, or in a <template> there; this one stands in <${tag.parent}>`,
      "beside the main part, or an <hx-partial>",
    ),
  ];
}

function judgeBoost({ value }: Written): Remark[] {
  if (/^(?:true|false|\uFFFC|)$/.test(value)) return [];
  return [say("change", "boost", "hx-boost is true or false", "hx-target, hx-swap and hx-select of the links")];
}

function judgeDisable({ from, value }: Written): readonly Remark[] {
  if (from === 4) return judgeSelectors("hx-disable", value);
  return [
    say(
      "change",
      "attribute",
      "hx-disable names elements to disable during a request; in htmx 2 it switched htmx off",
      "hx-ignore",
    ),
  ];
}

function judgeExtensions(value: string): Remark[] {
  const names = value
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && !name.startsWith("ignore:"));
  return names.map((name) =>
    say("change", "extension", `extensions of htmx are not read: ${name}`, EXTENSIONS.get(name) ?? OWN_EXTENSION),
  );
}
