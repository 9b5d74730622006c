/** The five verbs, in the order in which they count. */
export const VERBS: readonly string[] = ["get", "post", "put", "patch", "delete"];

/** Attributes of a request: they say something on an element that asks, and may be inherited by one. */
export const OF_REQUESTS: ReadonlySet<string> = new Set(
  (
    "target swap trigger select select-oob include vals headers confirm indicator disable sync push-url replace-url encoding validate " +
    "optimistic preload focus timeout announce announce-error"
  ).split(" "),
);

/** Those that are also looked for at the target of a request. */
export const OF_TARGETS: ReadonlySet<string> = new Set(["announce", "announce-error"]);

/** All others: verbs, marks of parts and regions, and what live views write. */
const OTHERS: readonly string[] = [
  ...["swap-oob", "boost", "preserve", "ignore", "partial"],
  ...[
    "live",
    "live-data",
    "slot",
    "input",
    "change",
    "blur",
    "dblclick",
    "focusin",
    "focusout",
    "keydown",
    "keyup",
    "paste",
  ],
  ...["debounce", "hook", "key", "latency", "nav", "recover", "throttle", "transition", "upload"],
];

/** Every attribute that something of ours reads, without its prefix. */
export const KNOWN: ReadonlySet<string> = new Set([...VERBS, ...OF_REQUESTS, ...OTHERS]);

/** `status:404`, `status:4xx`. */
export const STATUS_RULE: RegExp = /^status:[1-5][\dx]{2}$/;

/** What htmx reads and we do not, with what to do instead. */
export const FROM_HTMX: Readonly<Record<string, string>> = {
  on: "listen in a script of your own",
  ext: "extensions are added by extend()",
  params: "write what is sent: bus-include, bus-vals",
  prompt: "ask in a listener of bus:config",
  history: "nothing of the page is stored",
  "history-elt": "nothing of the page is stored",
  disinherit: "only what ends in :inherited is inherited",
  inherit: "write :inherited behind the attribute",
  request: "set it in a listener of bus:config",
  "disabled-elt": "bus-disable",
  disable: "bus-ignore",
  vars: "bus-vals",
};

/** Modifiers of `bus-swap`. */
export const SWAP_MODIFIERS: readonly string[] = ["delay", "swap", "scroll", "show", "transition", "focus-scroll"];

/** What a rule such as `bus-status:404` may say. */
export const RULE_WORDS: readonly string[] = ["target", "swap", "select", "push", "replace"];

/** Events that typing mistakes are compared with. */
export const EVENTS: readonly string[] = [
  ...["click", "dblclick", "change", "submit", "input", "keyup", "keydown", "focus", "blur", "mouseenter", "toggle"],
];

/** What a reply may say, without `Bus-`. */
export const REPLY_HEADERS: readonly string[] = [
  ...["location", "redirect", "refresh", "push-url", "replace-url", "retarget", "reswap", "reselect", "trigger"],
];
