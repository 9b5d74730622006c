import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { audit, type Finding } from "../../adapters/cli/htmx/audit.ts";
import { auditJson, auditText } from "../../adapters/cli/htmx/report.ts";
import type { Version } from "../../adapters/cli/htmx/types.ts";
import { root } from "../helpers/imports.ts";
import { REMARKED, type RuleCase, SAME } from "./cli-htmx-rules.ts";

function findingsOf({ text, file = "a.html", from = 2 }: Omit<RuleCase, "says" | "found">): readonly Finding[] {
  return audit([{ file, text }], from).findings;
}

const short = ({ line, column, verdict, rule, name }: Finding): string =>
  `${line}:${column} ${verdict} ${rule} ${name}`;

describe("busbar htmx says about", () => {
  for (const item of REMARKED) {
    test(item.says, () => {
      const findings = findingsOf(item);
      expect(findings.map(short)).toEqual(item.found);
      if (item.instead !== undefined) expect(findings.map(({ instead }) => instead).join()).toContain(item.instead);
      for (const { why, instead, verdict } of findings)
        expect([why, verdict === "change" ? instead : "x"]).not.toContain(undefined);
    });
  }

  test("every rule there is", () => {
    const folder = join(root, "adapters/cli/htmx");
    const source = readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), "utf8"))
      .join("\n");
    const written = [...source.matchAll(/\bsay\(\s*"(\w+)",\s*(?:isFirst && [^?]*\? )?"([\w-]+)"/g)].map(
      ([, verdict, rule]) => `${verdict} ${rule}`,
    );
    const cases = new Set(REMARKED.flatMap(({ found }) => found.map((line) => line.split(" ").slice(1, 3).join(" "))));
    expect(written.length).toBeGreaterThan(50);
    const inNotes = ["differs status", "differs inherit"]; // of the project as a whole: see below
    expect(written.filter((rule) => !cases.has(rule) && !inNotes.includes(rule))).toEqual([]);
  });
});

describe("busbar htmx says nothing about", () => {
  for (const item of SAME) test(item.says, () => expect(findingsOf(item).map(short)).toEqual([]));
});

// Facts of the two packages: every attribute, event and header that stands in them or in the extensions they ship or name.
const ATTRIBUTES: Readonly<Record<Version, string>> = {
  2:
    "boost confirm delete disable disabled-elt disinherit encoding ext get headers history history-elt include indicator inherit on:click params patch post " +
    "preserve prompt push-url put replace-url request select select-oob swap swap-oob sync target trigger validate vals vars ws sse preload head target-404 target-error",
  4:
    "action boost browser-indicator config confirm delete disable encoding get head headers history history-elt ignore include indicator live live:text method " +
    "morph-skip morph-skip-children nonce on on:click on::after:swap patch pending post preload preserve prompt ptag push-url put query replace-url select " +
    "select-oob sse:close sse:connect status:404 status:50x status:5xx swap swap-oob sync target targets trigger validate vals ws:connect ws:send",
};
const EVENTS: Readonly<Record<Version, string>> = {
  2:
    "abort afterOnLoad afterProcessNode afterRequest afterSettle afterSwap badResponseUrl beforeCleanupElement beforeHistorySave beforeHistoryUpdate beforeOnLoad " +
    "beforeProcessNode beforeRequest beforeSend beforeSwap beforeTransition configRequest confirm error evalDisallowedError eventFilter:error historyCacheError " +
    "historyCacheHit historyCacheMiss historyCacheMissLoad historyCacheMissLoadError historyItemCreated historyRestore invalidPath load onLoadError oobAfterSwap " +
    "oobBeforeSwap oobErrorNoTarget partialAfterSwap partialBeforeSwap partialErrorNoTarget processTemplate prompt pushedIntoHistory replacedInHistory responseError " +
    "restored sendAbort sendError swapError syntax:error targetError timeout trigger validateUrl validation:failed validation:halted validation:validate xhr:progress " +
    "xhr:loadstart xhr:loadend xhr:abort sseMessage sseOpen noSSESourceError wsOpen wsAfterMessage",
  4:
    "abort after:cleanup after:history:push after:history:replace after:history:update after:implicitInheritance after:init after:process after:request after:settle " +
    "after:swap after:viewTransition before:cleanup before:history:restore before:history:update before:init before:morph:attr before:morph:node before:on:init " +
    "before:process before:request before:response before:settle before:swap before:viewTransition config:request confirm error finally:request finally:swap " +
    "response:error scope sse:after:message ws:close",
};
const HEADERS =
  "HX-Boosted HX-Current-URL HX-History-Restore-Request HX-Location HX-Prompt HX-Push HX-Push-Url HX-Redirect HX-Refresh HX-Replace-Url HX-Request HX-Request-Type " +
  "HX-Reselect HX-Reswap HX-Retarget HX-Source HX-Target HX-Trigger HX-Trigger-After-Settle HX-Trigger-After-Swap HX-Trigger-Name HX-PTag HX-Download HX-Part-ID HX-Last-Part-ID";

describe("busbar htmx knows", () => {
  for (const from of [2, 4] as const) {
    test(`every attribute of htmx ${from}`, () => {
      for (const name of ATTRIBUTES[from].split(" ")) {
        const rules = findingsOf({ text: `<p hx-${name}="true">`, from }).map(({ rule }) => rule);
        expect([name, rules]).not.toEqual([name, ["unknown"]]);
      }
    });

    test(`every event of htmx ${from}`, () => {
      for (const name of EVENTS[from].split(" ")) {
        const [finding] = findingsOf({ file: "a.js", text: `on("htmx:${name}", f)`, from });
        expect([name, finding?.rule]).toEqual([name, "event"]);
        expect([name, finding?.instead]).not.toEqual([name, "an event of your own, under a name of your own"]);
      }
    });
  }

  test("events of htmx 2 in small letters, as Alpine and hx-on need them", () => {
    expect(findingsOf({ text: `<p @htmx:before-swap.window="x">` })[0]?.instead).toBe("htmx:before:swap");
  });

  test("every header", () => {
    for (const name of HEADERS.split(" "))
      for (const { why } of findingsOf({ file: "a.js", text: `res.set("${name}", "x")` }))
        expect([name, why]).not.toContain(`${name} is not known`);
  });
});

describe("busbar htmx finds attributes in", () => {
  const places: readonly (readonly [file: string, text: string, found: string])[] = [
    ["a.ejs", `<% if (a < b) { %><p <%= x %> hx-prompt="<%= "a" %>"><% } %>`, "1:31"],
    ["a.hbs", `<p {{#if x}}hx-prompt="{{y "z"}}"{{/if}}>`, "1:13"],
    ["a.njk", `<p {# hx-on #} {% if x %} hx-prompt='{{ y | z('a') }}'{% endif %}>`, "1:27"],
    ["a.django", `<p hx-get="{% url "x" %}" hx-prompt="?">`, "1:27"],
    ["a.php", `<?php echo '<p hx-prompt="' . $x . '">'; ?>`, "1:16"],
    ["a.erb", `<p <%= "a" if b > c %> hx-prompt="?">`, "1:24"],
    ["a.cshtml", `<p hx-get="@Url.Action("Edit", "X")" hx-prompt="?">`, "1:38"],
    ["a.pug", "ul\n  li(class='a' hx-prompt=`?`)", "2:16"],
    ["a.jsx", "const a = <p onClick={() => b > c} hx-prompt={`?`} />;", "1:36"],
    ["a.tsx", "const f = <T,>(a: Array<T>) => a.x<b && <p hx-prompt={x} {...y}/>;", "1:44"],
    ["a.vue", `<template><p @click="a > b" :hx-prompt="x"></p></template>`, "1:29"],
    ["a.svelte", `{#if a < b}<p on:click={f} hx-prompt="{x}">{/if}`, "1:28"],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the fixture is code
    ["a.ts", 'const s = `<p hx-get="${a ? `x` : "y"}" hx-prompt="?">`;', "1:41"],
    ["a.js", `const s = "<p hx-prompt=\\"?\\">";`, "1:15"],
    ["a.js", `for (let i=0;i<n;i++) s += '<p hx-prompt="' + i + '">';`, "1:32"],
    ["a.js", `if (a<b)\n  html = '<p hx-prompt="?">'`, "2:14"],
    ["a.js", `h("p", { "hx-prompt": "?" })`, "1:11"],
    ["a.js", `el.setAttribute("hx-prompt", x)`, "1:18"],
    ["a.py", `p(hx_prompt="?", class_="a")`, "1:3"],
    ["a.haml", `%p{ "hx-prompt" => "?" }`, "1:6"],
    ["a.go", 'fmt.Fprint(w, `<p hx-prompt="?">`)', "1:19"],
    ["a.html", "<p\r\n\thx-prompt>", "2:2"],
    ["a.html", `<p title="don't" hx-prompt=a/b>`, "1:18"],
    ["a.html", "<P HX-PROMPT='?'>", "1:4"],
  ];
  for (const [file, text, place] of places) {
    test(`${file}: ${text.replaceAll(/\s+/g, " ")}`, () => {
      const found = findingsOf({ file, text }).filter(({ why }) => why.includes("nobody is asked"));
      expect(found.map(({ line, column }) => `${line}:${column}`)).toEqual([place]);
    });
  }
});

describe("a project", () => {
  const files = [
    { file: "package.json", text: `{ "dependencies": { "htmx.org": "^4.0.1" } }` },
    {
      file: "a.html",
      text: `<p hx-get="/x" hx-disable="this"><p hx-swap="innerMorph"><p hx-target="next p"><p hx-prompt="?">`,
    },
    { file: "b.html", text: `<p hx-get="/y"><i class="htmx-indicator">` },
  ];

  test("tells the version by what names it, else by what is used, else takes 2", () => {
    const version = (...texts: string[]): Version =>
      audit(
        texts.map((text, i) => ({ file: `${i}.html`, text })),
        undefined,
      ).from.version;
    expect(audit(files, undefined).from).toEqual({ version: 4, reason: "named in package.json" });
    expect(version(`<script src="https://cdn.example/npm/htmx.org@2.0.4/dist/htmx.js">`, "<p hx-ignore>")).toBe(2);
    expect(version(`<script src="/htmx/4.0.1/htmx.js">`, "<p hx-ext=x>")).toBe(4);
    expect(version("<p hx-target:inherited='#a'><p hx-ignore><p hx-ext=x>")).toBe(4);
    expect(version("<p hx-disabled-elt='this'>", `<script>on("htmx:afterSwap")</script>`)).toBe(2);
    expect(version("<p hx-get='/x'>")).toBe(2);
    expect(audit(files, 2).from).toEqual({ version: 2, reason: "as --from says" });
  });

  test("counts each use once, under the worst that is said about it", () => {
    const { counts, uses, same } = audit(files, undefined);
    expect(counts).toEqual({ same: 3, plus: 1, page: 0, morph: 1, differs: 1, change: 1 });
    expect(uses).toBe(7);
    expect(same).toEqual([
      ["hx-get", 2],
      ["hx-disable", 1],
    ]);
  });

  test("is summed up in words", () => {
    expect(auditText(audit(files, undefined)).split("\n\n")[1]).toBe(
      [
        "3 files read, 7 uses of htmx 4 (named in package.json)",
        "  3 carry over with busbar-hx.min.js: hx-get 2, hx-disable 1",
        "  1 need busbar-plus too",
        "  0 need busbar-page too",
        "  1 need busbar-morph too",
        "  1 carry over and behave differently",
        "  1 do not carry over",
      ].join("\n"),
    );
    expect(auditText(audit([{ file: "a.html", text: "<p>" }], undefined))).toBe("1 file read, no use of htmx");
  });

  test("is told what no line shows", () => {
    const notes = (from: Version): readonly string[] =>
      audit(files, from).notes.map(({ rule, instead = "" }) => `${rule} ${instead}`);
    expect(notes(2)).toEqual([
      expect.stringMatching(/^status/),
      expect.stringContaining("busbarConfig.inherit = true"),
    ]);
    expect(notes(4)).toEqual([
      expect.stringMatching(/^status/),
      expect.stringContaining("busbarConfig.inherit = false"),
    ]);
  });

  test("is the same as JSON", () => {
    const { findings, counts, from, files: read } = audit(files, undefined);
    expect(JSON.parse(auditJson(audit(files, undefined)))).toMatchObject({
      from: from.version,
      files: read,
      counts,
      findings,
      same: { "hx-get": 2 },
    });
  });

  test("stops at a number of uses and says so", () => {
    const text = `<p hx-get="/x">`.repeat(10_001);
    const one = audit([{ file: "a.html", text }], undefined);
    expect([one.uses, one.left]).toEqual([10_000, ["a.html: more than 10000 uses"]]);
    const many = audit(
      Array.from({ length: 12 }, (_, i) => ({ file: `${i}.html`, text })),
      undefined,
    );
    expect(many.left.at(-1)).toBe("10.html and what follows: more than 100000 uses in all");
    expect(many.files).toBe(10);
  });

  test("cannot write to the terminal what is not text", () => {
    const text = `<p hx-\u001b[31mred="x" hx-get="https://a\u001b[0m/">`;
    expect(auditText(audit([{ file: "a\u0007.html", text }], undefined))).not.toMatch(/[^\P{Cc}\n]/u);
  });
});
