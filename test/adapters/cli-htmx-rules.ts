import type { Version } from "../../adapters/cli/htmx/types.ts";

/** One rule: a text, and what is said about it as `line:column verdict rule name`. */
export interface RuleCase {
  readonly says: string;
  readonly file?: string;
  readonly from?: Version;
  readonly text: string;
  readonly found: readonly string[];
  /** Must stand in what is said. */
  readonly instead?: string;
}

const page = (says: string, text: string, ...found: string[]): RuleCase => ({ says, text, found });
const four = (says: string, text: string, ...found: string[]): RuleCase => ({ says, text, found, from: 4 });
const code = (file: string, says: string, text: string, ...found: string[]): RuleCase => ({ says, text, found, file });

/** What does not carry over, differs, or needs another bundle. */
export const REMARKED: readonly RuleCase[] = [
  page("no code in hx-on", "<p\n  hx-on:click='x()'>", "2:3 change on hx-on:click"),
  {
    ...page("hx-on names the event to hear", "<p hx-on::before-swap=x>", "1:4 change on hx-on::before-swap"),
    instead: 'addEventListener("htmx:before:swap"',
  },
  page("the form of htmx 2 with hyphens", "<p hx-on--after-swap=x>", "1:4 change on hx-on--after-swap"),
  page("hx-on alone", '<p hx-on="click: x()">', "1:4 change on hx-on"),
  page("code in hx-vals", `<p hx-vals="js:{a: 1}">`, "1:4 change code hx-vals"),
  page("code in hx-headers", `<p hx-headers='javascript:{"a": 1}'>`, "1:4 change code hx-headers"),
  page("code in hx-confirm", `<p hx-confirm="js:ask()">`, "1:4 change code hx-confirm"),
  page("code in an address", `<p hx-get="javascript:x()">`, "1:4 change code hx-get"),
  page("code in a selector", `<p hx-target="js:x">`, "1:4 change code hx-target"),
  {
    ...four("values that are no JSON, with the JSON", `<p hx-vals="a:1, b:'x y', c:true">`, "1:4 change json hx-vals"),
    instead: `hx-vals='{"a":1,"b":"x y","c":true}'`,
  },
  {
    ...page("values without braces, as htmx 2 takes them", `<p hx-vals='"a": 1'>`, "1:4 change json hx-vals"),
    instead: `hx-vals='{"a": 1}'`,
  },
  page("headers that are a list", `<p hx-headers='["a"]'>`, "1:4 change json hx-headers"),
  page("another origin", `<p hx-get="https://example.org/x">`, "1:4 change origin hx-get"),
  page("another origin without a scheme", `<p hx-push-url="//example.org/x">`, "1:4 change origin hx-push-url"),
  page("a filter that is code", "<p hx-trigger='click[check()]'>", "1:4 change filter hx-trigger"),
  page(
    "a filter with a comparison, in plus",
    `<p hx-trigger="keyup[key=='Enter' && !ctrlKey]">`,
    "1:4 plus filter hx-trigger",
  ),
  ...["every 2s [visible]", "every 2s[visible]", "every [visible] 2s", "every[visible] 2s"].map((trigger) =>
    page(`a filter on a poll, as ${trigger}`, `<p hx-trigger="${trigger}">`, "1:4 change every-filter hx-trigger"),
  ),
  page("a filter with brackets", "<p hx-trigger='click[(a || b) && c]'>", "1:4 change filter hx-trigger"),
  page(
    "throttle, target and consume, in plus",
    `<p hx-trigger="a throttle:1s, b target:.x, c consume">`,
    ...["1:4 plus modifier hx-trigger", "1:4 plus modifier hx-trigger", "1:4 plus modifier hx-trigger"],
  ),
  page("queue, which is hx-sync here", `<p hx-trigger="click queue:none">`, "1:4 change queue hx-trigger"),
  four(
    "modifiers of htmx 4 that are not known",
    `<p hx-trigger="click halt capture">`,
    "1:4 change modifier hx-trigger",
    "1:4 change modifier hx-trigger",
  ),
  four("clicks outside", `<p hx-trigger="click from:outside">`, "1:4 change modifier hx-trigger"),
  page(
    "revealed and intersect, in plus",
    `<p hx-trigger="revealed, intersect threshold:0.5">`,
    "1:4 plus revealed hx-trigger",
    "1:4 plus revealed hx-trigger",
  ),
  page("events of a server as triggers", `<p hx-trigger="sse:news">`, "1:4 change live hx-trigger"),
  page("events of htmx as triggers", `<p hx-trigger="htmx:afterSettle from:body">`, "1:4 change event hx-trigger"),
  page("curly brackets around a selector", `<p hx-trigger="click from:{#a b}">`, "1:4 change selector hx-trigger"),
  four("quotes around a selector", `<p hx-target="'.a .b'">`, "1:4 change quoted hx-target"),
  page("selectors in angle brackets", `<p hx-target="<main/>">`, "1:4 change selector hx-target"),
  page(
    "words of selectors that are not known",
    `<p hx-target="global #a" hx-include="host">`,
    "1:4 change selector hx-target",
    "1:26 change selector hx-include",
  ),
  page(
    "next and previous, in plus",
    `<p hx-target="next .x" hx-indicator="previous">`,
    "1:4 plus next hx-target",
    "1:24 plus next hx-indicator",
  ),
  page(
    "unset as a selector, and as a value",
    `<p hx-include="unset, #a" hx-select="unset">`,
    "1:4 change unset hx-include",
    "1:27 change unset hx-select",
  ),
  page("unset as a swap", `<p hx-swap="unset">`, "1:4 change unset hx-swap"),
  four(
    "values that add up",
    `<p hx-include:append="#a" hx-include="inherit">`,
    "1:4 change append hx-include:append",
    "1:27 change append hx-include",
  ),
  four("hx-ignore with a suffix", `<p hx-ignore:inherited>`, "1:4 change inherited hx-ignore:inherited"),
  page("the settle phase", `<p hx-swap="innerHTML settle:1s">`, "1:4 change swap-modifier hx-swap"),
  page("a modifier without a style", `<p hx-swap="swap:1s">`, "1:4 change swap-style hx-swap"),
  page(
    "scrolling and transitions, in page; texts, in plus",
    `<p hx-swap="innerHTML scroll:bottom show:#a:top transition:true"><p hx-swap="textContent">`,
    "1:4 page swap-modifier hx-swap",
    "1:4 page swap-modifier hx-swap",
    "1:4 page swap-modifier hx-swap",
    "1:69 plus swap-style hx-swap",
  ),
  page("show:none", `<p hx-swap="innerHTML show:none">`, "1:4 change swap-modifier hx-swap"),
  page(
    "styles of extensions",
    `<p hx-swap="morph:innerHTML"><p hx-swap="multi:#a,#b"><p hx-swap="fade">`,
    "1:4 change swap-style hx-swap",
    "1:33 change swap-style hx-swap",
    "1:58 change swap-style hx-swap",
  ),
  page("morphing, in morph", `<p hx-swap="outerMorph">`, "1:4 morph morph hx-swap"),
  page(
    "scrolling with a part, in page",
    `<p hx-swap-oob="beforeend scroll:top">`,
    "1:4 page swap-modifier hx-swap-oob",
  ),
  page("modifiers behind true", `<p hx-swap-oob="true scroll:top">`, "1:4 change swap-modifier hx-swap-oob"),
  page("parts that wait", `<p hx-swap-oob="outerHTML swap:1s">`, "1:4 change swap-modifier hx-swap-oob"),
  {
    ...four(
      "the target of a part as a modifier",
      `<p hx-swap-oob="beforeend target:#a">`,
      "1:4 change swap-modifier hx-swap-oob",
    ),
    instead: "beforeend:#a",
  },
  page("an unknown style of a part", `<p hx-swap-oob="fade:#a">`, "1:4 change swap-style hx-swap-oob"),
  four(
    "a partial for a place that is no plain CSS",
    `<hx-partial hx-target="closest li"></hx-partial>`,
    "1:13 change selector hx-target",
  ),
  page("a part inside another element", `<ul>\n<li hx-swap-oob="true">`, "2:5 differs nested hx-swap-oob"),
  page("DELETE inside a form", `<form><button hx-delete="/x">`, "1:15 differs delete hx-delete"),
  page(
    "attributes that are gone",
    `<p hx-prompt="?" hx-params="*" hx-history="false" hx-disinherit="*" hx-disabled-elt="this" hx-request='{}'>`,
    "1:4 change attribute hx-prompt",
    "1:18 change attribute hx-params",
    "1:32 change attribute hx-history",
    "1:51 change attribute hx-disinherit",
    "1:69 change attribute hx-disabled-elt",
    "1:92 change attribute hx-request",
  ),
  { ...page("hx-disable of htmx 2", "<p hx-disable>", "1:4 change attribute hx-disable"), instead: "hx-ignore" },
  page(
    "attributes in plus",
    `<p hx-select-oob="#a" hx-timeout="5s">`,
    "1:4 plus attribute hx-select-oob",
    "1:23 plus attribute hx-timeout",
  ),
  page(
    "attributes in page, and one in plus",
    `<p hx-preload="mouseover" hx-head="append" hx-preserve hx-validate="true">`,
    "1:4 plus attribute hx-preload",
    "1:27 plus attribute hx-head",
  ),
  four(
    "rules for a status that say more than is read",
    `<p hx-status:404="retry:1">`,
    "1:4 change status-rule hx-status:404",
  ),
  four("rules for a status, in plus", `<p hx-status:5xx="swap:none">`, "1:4 plus status hx-status:5xx"),
  {
    ...page("the targets of an extension", `<p hx-target-4*="#err">`, "1:4 change extension hx-target-4*"),
    instead: "hx-status:4xx",
  },
  page("another encoding", `<p hx-encoding="application/json">`, "1:4 change encoding hx-encoding"),
  four("hx-boost with settings", `<p hx-boost="swap:outerHTML">`, "1:4 change boost hx-boost"),
  page("extensions", `<body hx-ext="json-enc, ignore:sse">`, "1:7 change extension hx-ext"),
  page(
    "attributes of extensions",
    `<p sse-connect="/x" data-ws-connect="/y">`,
    "1:4 change extension sse-connect",
    "1:21 change data data-ws-connect",
    "1:21 change extension data-ws-connect",
  ),
  page("the prefix data-", `<p data-hx-get="/x">`, "1:4 change data data-hx-get"),
  page("an attribute that nobody knows", `<p hx-tarket="#a">`, "1:4 change unknown hx-tarket"),
  page("a name that is made at run time", `<p hx-{{ verb }}="/x">`, "1:4 differs dynamic hx-\uFFFC"),
  four("elements that are not known", `<hx-upsert></hx-upsert>`, "1:1 change element <hx-upsert>"),
  page("the script of htmx", `<script src="/js/htmx.min.js"></script>`, "1:1 change script script"),
  {
    ...page(
      "the script of an extension",
      `<script src="https://unpkg.com/htmx-ext-response-targets@2.0.2"></script>`,
      "1:1 change extension script",
    ),
    instead: "hx-status:404",
  },
  page("the settings in a meta element", `<meta name="htmx-config" content='{}'>`, "1:1 change setting htmx-config"),
  page("the class of indicators", `<i class="x htmx-indicator">`, "1:13 differs indicator htmx-indicator"),
  code("a.css", "the class of the settle phase", "a {}\n.htmx-settling {}", "2:2 change class htmx-settling"),
  code("a.css", "classes that plus sets", ".htmx-added {}", "1:2 plus class htmx-added"),
  {
    ...code("a.js", "events of htmx 2", `on("htmx:configRequest", f)`, "1:5 change event htmx:configRequest"),
    instead: "htmx:config",
  },
  code("a.js", "events with other fields", `on("htmx:after:swap", f)`, "1:5 differs event htmx:after:swap"),
  code("a.js", "the object htmx", `htmx.ajax("GET", "/x")`, "1:1 change script htmx.ajax"),
  code("a.js", "the settings of htmx", `htmx.config.timeout = 1`, "1:1 change setting htmx.config.timeout"),
  code("a.ts", "the package", `import htmx from "htmx.org";`, "1:19 change script script"),
  code(
    "a.js",
    "the header that is gone",
    `res.set("HX-Trigger-After-Settle", "x")`,
    "1:10 change header HX-Trigger-After-Settle",
  ),
  code("a.js", "the source of a request", `if (req.get("HX-Trigger") === "a") {}`, "1:14 change header HX-Trigger"),
  code("a.js", "events before the swap", `res.setHeader("HX-Trigger", "a")`, "1:16 differs header HX-Trigger"),
  code(
    "a.php",
    "headers in the environment",
    `<?php if ($_SERVER["HTTP_HX_PROMPT"]) {}`,
    "1:21 change header HX-Prompt",
  ),
  code("a.py", "the id in HX-Target", `request.headers["hx-target"]`, "1:18 differs header HX-Target"),
  code("a.go", "HX-Location, in plus", `w.Header().Set("HX-Location", "/x")`, "1:17 plus location HX-Location"),
];

/** What carries over as it is: nothing may be said. */
export const SAME: readonly RuleCase[] = [
  page("verbs", `<p hx-get="/x"><p hx-post=""><p hx-put="x?y=1"><p hx-patch="./x"><p hx-delete="#">`),
  page(
    "addresses that are made at run time",
    `<p hx-get="{{ url }}"><p hx-post="{% url "x" %}"><p hx-put="<%= x %>"><p hx-patch="\${x}">`,
  ),
  page(
    "triggers",
    `<p hx-trigger="load delay:1s, every 2s, keyup changed delay:300ms from:closest form, a from:(#a b), b once from:window">`,
  ),
  page("a comma in brackets", `<p hx-trigger="click from:(.a, .b)">`),
  four("a comma in quotes", `<p hx-trigger="click from:'.a, .b'">`),
  page(
    "targets",
    `<p hx-target="this"><p hx-target="closest tr"><p hx-target="find .x"><p hx-target="#a, #b"><p hx-target="#row-{{ id }}">`,
  ),
  page(
    "swaps",
    `<p hx-swap="outerHTML swap:1s focus-scroll:true"><p hx-swap="beforeend delay:1s"><p hx-swap="{{ style }}">`,
  ),
  four(
    "names of htmx 4",
    `<p hx-swap="append"><p hx-disable="this, #a"><p hx-ignore><p hx-target:inherited="#a"><p hx-boost:inherited="true">`,
  ),
  page(
    "parts",
    `<p hx-swap-oob="true"></p><template><p hx-swap-oob="beforeend:#a"></p></template><p hx-swap-oob="innerHTML:.badge"></p>`,
  ),
  four("partials", `<hx-partial hx-target="#a" hx-swap="beforeend">x</hx-partial>`),
  page(
    "values in JSON",
    `<p hx-vals='{"a": 1}' hx-headers="{&quot;X-A&quot;: &quot;b&quot;}"><p hx-vals='{"a": {{ x }}, "b": "{{ y }}"}'>`,
  ),
  page(
    "history, boost, sync and the rest",
    `<p hx-push-url="true" hx-replace-url="/x" hx-boost="false" hx-sync="closest form:queue last" hx-encoding="multipart/form-data" hx-confirm="?">`,
  ),
  page("a DELETE that says what it sends", `<form><button hx-delete="/x" hx-include="closest form">`),
  code("a.js", "headers", `req.get("HX-Request"); res.set("HX-Retarget", "#a"); req.headers["hx-boosted"]`),
  code("a.css", "the class of a request", ".htmx-request {}"),
  code("a.js", "selectors of attributes", `document.querySelectorAll("[hx-get]")`),
  page("comments", `<!-- <p hx-prompt="?"> -->`),
  page("what only looks like it", `<p class="shx-on" data-x="hx-on"> hx-prompt, htmx, htmx.org`),
];
