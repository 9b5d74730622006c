import { EXTENSIONS, say } from "./tables.ts";
import type { Remark } from "./types.ts";

const CALLS: ReadonlyMap<string, string> = new Map([
  ["ajax", "busbarConfig.start(element, { method, url }), or an element with hx-trigger that waits for an event"],
  ["process", "nothing: new elements are noticed; for a trigger that was set later busbarConfig.process(element)"],
  ["onLoad", "htmx:after:swap, or a custom element"],
  ["swap", "busbarConfig.swap(ctx, html), for the ctx of a request"],
  ["trigger", "element.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }))"],
  ["on", "addEventListener"],
  ["off", "removeEventListener"],
  ["find", "querySelector"],
  ["findAll", "querySelectorAll"],
  ["closest", "element.closest"],
  ["remove", "element.remove"],
  ["values", "new FormData(form)"],
  ["addClass", "element.classList"],
  ["removeClass", "element.classList"],
  ["toggleClass", "element.classList"],
  ["takeClass", "element.classList"],
  [
    "defineExtension",
    "an extension of your own: busbarConfig = { extensions: [{ init, request, response, swap }] } before the script",
  ],
  [
    "registerExtension",
    "an extension of your own: busbarConfig = { extensions: [{ init, request, response, swap }] } before the script",
  ],
  ["removeExtension", "an extension that does nothing when it is not wanted"],
  ["logger", "busbar-dev.js, which shows a timeline"],
  ["logAll", "busbar-dev.js, which shows a timeline"],
  ["logNone", "nothing: only busbar-dev.js logs"],
  ["createEventSource", "new EventSource(url), in a script of your own"],
  ["createWebSocket", "new WebSocket(url), in a script of your own"],
  ["parseInterval", "a number of milliseconds"],
  ["timeout", "setTimeout"],
]);

/** What to write for an extension that nothing here stands in for. */
export const OWN_EXTENSION =
  "an extension of your own: busbarConfig = { extensions: [{ init, request, response, swap }] } before the script";

/** What becomes of `htmx.name(...)`. */
export function judgeCall(name: string): Remark[] {
  return [
    say(
      "change",
      "script",
      `there is no object htmx`,
      CALLS.get(name) ?? "the functions of the platform, or an extension of your own",
    ),
  ];
}

const SETTINGS: ReadonlyMap<string, string> = new Map([
  ["timeout", "busbarConfig.timeout in milliseconds, and busbar-plus"],
  ["defaultTimeout", "busbarConfig.timeout in milliseconds, and busbar-plus"],
  ["allowScriptTags", "busbarConfig.scripts = false"],
  ["disableInheritance", "busbarConfig.inherit = false"],
  ["implicitInheritance", "busbarConfig.inherit"],
  ["defaultSwapStyle", "hx-swap on the body, and busbarConfig.inherit = true"],
  ["defaultSwap", "hx-swap on the body, and busbarConfig.inherit = true"],
  ["globalViewTransitions", "hx-swap with transition:true, and busbar-plus"],
  ["transitions", "hx-swap with transition:true, and busbar-plus"],
  ["includeIndicatorStyles", "nothing: no styles are added; put those of the indicator into your style sheet"],
  ["includeIndicatorCSS", "nothing: no styles are added; put those of the indicator into your style sheet"],
  ["responseHandling", "hx-status:404, hx-status:5xx of busbar-plus; 422 is swapped by itself"],
  ["noSwap", "hx-status:NNN of busbar-plus; of errors only 422 is swapped by itself"],
  ["selfRequestsOnly", "nothing: only this origin is ever asked"],
  ["mode", "nothing: only this origin is ever asked"],
  ["withCredentials", "nothing: only this origin is ever asked, with its cookies"],
  ["allowEval", "nothing: no string is ever evaluated"],
  ["historyEnabled", "nothing: without hx-push-url and hx-boost the history is not touched"],
  ["history", "nothing: without hx-push-url and hx-boost the history is not touched"],
  ["historyCacheSize", "nothing: no page is stored"],
  ["refreshOnHistoryMiss", "nothing: back and forward ask for the page"],
  ["historyRestoreAsHxRequest", "HX-History-Restore-Request, to be answered with the whole page"],
  ["prefix", "nothing: attributes start with hx-"],
  ["metaCharacter", "nothing: the suffix is :inherited"],
]);

/** What becomes of `htmx.config.name`; without a name of `<meta name="htmx-config">`. */
export function judgeSetting(name: string): Remark[] {
  const why = name === "" ? "settings of htmx are not read" : `htmx.config.${name} is not read`;
  const instead = "window.busbarConfig, before the script";
  return [say("change", "setting", why, SETTINGS.get(name) ?? instead)];
}

/** What becomes of a script of htmx, by its address or package. */
export function judgeScript(source: string): Remark[] {
  const name = extensionIn(source);
  if (name === undefined)
    return [
      say("change", "script", "htmx and busbar would both answer the same elements", "busbar-hx.min.js in its place"),
    ];
  return [
    say("change", "extension", `extensions of htmx are not read: ${name}`, EXTENSIONS.get(name) ?? OWN_EXTENSION),
  ];
}

/** `htmx-ext-name@2`, `.../ext/name.js`, `hx-name.min.js` or idiomorph; undefined for htmx itself. */
function extensionIn(source: string): string | undefined {
  if (source.includes("idiomorph")) return "idiomorph";
  const [, name] =
    /(?:htmx-ext-|\/ext\/)([\w-]+)/.exec(source) ?? /(?:^|\/)(hx-[\w-]+)(?:\.min)?\.js/.exec(source) ?? [];
  return name;
}

/** What becomes of a class that htmx sets. */
export function judgeClass(name: string): Remark[] {
  if (name === "htmx-indicator")
    return [
      say(
        "differs",
        "indicator",
        "no styles are added for htmx-indicator",
        ".htmx-indicator { opacity: 0 } .htmx-request .htmx-indicator, .htmx-request.htmx-indicator { opacity: 1 } in your style sheet",
      ),
    ];
  if (name === "htmx-settling")
    return [say("change", "class", "there is no settle phase", ".htmx-added, and busbar-plus")];
  return name === "htmx-request" ? [] : [say("plus", "class", `${name} is set by busbar-plus`)];
}
