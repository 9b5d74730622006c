import { describe, expect, test } from "vitest";
import { createChecks, describeFinding, type Finding } from "../../lib/html/checks/index.ts";
import { each, html, spread, unsafeRawHtml, when } from "../../lib/html/index.ts";
import { compiled } from "../../lib/html/program/template.ts";
import { findingsOf, follow, messagesOf } from "./checks-helpers.ts";
import { templateOf } from "./helpers.ts";

const at = (source: string): ReturnType<typeof html> => templateOf([source], []);

describe("nesting", () => {
  test.each([
    ["<p>a<div>b</div></p>", /^<div> closes the <p> around it; .*write <div> for <p>/],
    ["<p><b><ul><li>b</li></ul></b></p>", /^<ul> closes the <p>/],
    ["<div><tr><td>1</td></tr></div>", /^<tr> outside a table is dropped/],
    ["<ul><td>1</td></ul>", /^<td> outside a table is dropped; write it in a <tr>/],
    ["<table><td>1</td></table>", /^<td> directly in <table> is put into a new row/],
    ["<table><tbody><td>1</td></tbody></table>", /^<td> directly in <tbody>/],
    ["<table><div>1</div></table>", /^<div> directly in <table> is moved out/],
    ["<table><tr><p>1</p></tr></table>", /^<p> directly in <tr> is moved out, before the table; write it in a cell/],
    ["<table><tr><td>1<tr><td>2</td></tr></td></tr></table>", /^<tr> closes the <td> around it/],
    ["<table><tr><td>1</td></tr><table></table></table>", /^<table> closes the <table>/],
    ["<table><form><tr><td>1</td></tr></form></table>", /^<form> directly in a table is closed at once/],
    ["<table><colgroup><tr></tr></colgroup></table>", /^<tr> closes the <colgroup>/],
    ["<a href=/>x<b><a href=/>y</a></b></a>", /^<a> closes the <a> around it/],
    ["<button>x<span><button>y</button></span></button>", /^<button> closes the <button>/],
    ["<form><div><form></form></div></form>", /^<form> in a <form> is dropped/],
    ["<h1>a<h2>b</h2></h1>", /^<h2> closes the <h1>/],
    ["<ul><li>a<li>b</li></li></ul>", /^<li> closes the <li>/],
    ["<ul><li>a<div><li>b</li></div></li></ul>", /^<li> closes the <li>/],
    ["<dl><dt>a<dd>b</dd></dt></dl>", /^<dd> closes the <dt>/],
    ["<select><option>a<option>b</option></option></select>", /^<option> closes the <option>/],
    ["<select><select></select></select>", /^<select> closes the <select>/],
    ["<select><p>x</p></select>", /^<p> in <select> is dropped/],
    ["<div><body>x</body></div>", /^<body> is dropped here/],
    ["<p>a</p><html></html>", /^<html> is dropped here/],
    ["<html><head><div>x</div></head><body></body></html>", /^<div> ends the <head>/],
    ["<html><head></head><title>x</title><body></body></html>", /^<title> between <head> and <body>/],
    ["<html><body>a</body><p>b</p></html>", /^<p> after the end of <body>/],
    ["<svg><div>x</div></svg>", /^<div> ends the <svg> around it/],
    ["<svg><font color=red>x</font></svg>", /^<font> ends the <svg>/],
    ["<p><image></p>", /^<image> becomes <img>/],
    ["<p>a</br>b</p>", /^<\/br> is read as <br>/],
  ])("reports %s", (source, message) => {
    const messages = messagesOf("nesting", at(source));
    expect(messages[0]).toMatch(message);
    expect(messages).toHaveLength(1);
  });

  test.each([
    ["<table><tr>one</tr></table>", /^text directly in <tr> is moved out/],
    ["<table> one <tr></tr></table>", /^text directly in <table> is moved out/],
    ["<table><colgroup>one</colgroup></table>", /^text beside columns/],
    ["<html><head>one</head></html>", /^text ends the <head>/],
  ])("reports the text in %s", (source, message) => {
    expect(messagesOf("nesting", at(source))[0]).toMatch(message);
  });

  test.each([
    "<p>a<p>b<div>c</div>",
    "<ul><li>a<li>b</ul>",
    "<dl><dt>a<dd>b<dt>c<dd>d</dl>",
    "<table><caption>t<colgroup><col><col><tbody><tr><td>1<td>2<tr><th>3</table>",
    "<table>\n <tr>\n <td>1</td>\n <!-- text --> </tr>\n</table>",
    "<table><tr><td><table><tr><td><p>x</p></td></tr></table></td></tr></table>",
    "<table><tr><input type=hidden name=a><td><a href=/>x</a></td></tr></table>",
    "<select><optgroup label=a><option>1<option>2<optgroup label=b><option>3</select>",
    "<select><button><selectedcontent></selectedcontent></button><option><span>1</span></option></select>",
    "<ruby>a<rt>b<rp>c</ruby>",
    "<svg><a><a><circle/></a></a><foreignObject><p>x</p></foreignObject><title>t</title></svg>",
    "<math><mi><p>x</p></mi></math>",
    "<!doctype html><html><head><title>t</title><noscript><link rel=stylesheet href=/a></noscript></head><body><p>x</p></body></html>",
    "<!doctype html><title>t</title><p>x",
    "<html><meta charset=utf-8><p>x",
    "<div><p>a</p><p>b</p></div>",
    "<tr><td>1</td></tr>",
    "<li>1</li>",
    "<template><tr><td>1</td></tr></template>",
    "<a href=/><div><h2>x</h2></div></a>",
    "<b><b><b><b>x</b></b></b></b>",
    "<button><object><button>x</button></object></button>",
    "<textarea><p><div></textarea><script>'<p><div></p>'</script>",
  ])("has nothing to say about %s", (source) => {
    expect(messagesOf("nesting", at(source))).toEqual([]);
  });

  test("names both templates and the hole when the mistake takes two", () => {
    const inner = html`<div>x</div>`;
    const outer = html`<i>${1}</i><p><em>${html`<b>${inner}</b>`}</em></p>`;
    const [finding] = findingsOf(outer);
    expect(finding?.origin).toBe(compiled(inner.template).origin);
    expect(finding?.origin).toMatch(/checks\.test\.ts:\d+:\d+$/);
    expect(finding?.message).toContain(
      `The <p> is in the template at ${compiled(outer.template).origin}, around its hole 2`,
    );
    expect(findingsOf(outer)).toHaveLength(1);
  });

  test("sees rows through functions, lists and raw markup beside them", () => {
    const row = (n: number): ReturnType<typeof html> => html`<tr><td>${n}</td></tr>`;
    expect(
      findingsOf(
        html`<table>${[1, 2].map(row)}${() => row(3)}${unsafeRawHtml("<caption>x</caption>")}${row(4)}</table>`,
      ),
    ).toEqual([]);
    expect(messagesOf("nesting", html`<div>${[1, 2].map(row)}</div>`)).toHaveLength(1);
  });

  test("reports text values where no text may stand, with their hole", () => {
    const finding = (value: string | number | readonly string[]): Finding | undefined =>
      findingsOf(html`<table><tr><td>${"fine"}</td>${value}</tr></table>`)[0];
    expect(finding("loose")).toMatchObject({
      kind: "nesting",
      hole: 2,
      message: expect.stringMatching(/^text directly in <tr>/),
    });
    expect(finding(7)?.hole).toBe(2);
    expect(finding(["a", "b"])?.hole).toBe(2);
    expect(finding(" \n")).toBeUndefined();
    expect(findingsOf(html`<table>${when(false, () => "x")}${null}${true}</table>`)).toEqual([]);
  });

  test("reads a page that is put together from halves", () => {
    const head = html`<html><head><title>x</title></head><body><table><tr>`;
    const foot = html`</tr></table></body></html>`;
    expect(findingsOf(html`${head}<td>${1}</td>${foot}`)).toEqual([]);
    expect(messagesOf("nesting", html`${head}${"loose"}<div></div>${foot}`)).toEqual([
      expect.stringMatching(/^text directly in <tr>/),
      expect.stringMatching(/^<div> directly in <tr>/),
    ]);
    expect(messagesOf("nesting", head, html`<p>x</p>`, foot)).toHaveLength(1);
  });

  test("reports an end tag that closes nothing, or too much", () => {
    expect(messagesOf("nesting", html`<div>${html`x</span>`}</div>`)[0]).toMatch(/^<\/span> closes nothing/);
    expect(messagesOf("nesting", at("<p>a<ul></ul></p>"))).toHaveLength(1);
    expect(messagesOf("nesting", at("<p>a<ul></ul>b</i></p>"))).toHaveLength(2);
    expect(messagesOf("nesting", at("<div><b>x</div>"))[0]).toMatch(/^<\/div> stands where <b> is open/);
    expect(messagesOf("nesting", at("<span><p>x</span>"))).toHaveLength(1);
    expect(messagesOf("nesting", at("<img></img>"))).toEqual([]);
  });

  test("does not judge what is nested deeper than browsers nest", () => {
    expect(findingsOf(at(`${"<div>".repeat(600)}<tr>${"</div>".repeat(600)}`))).toEqual([]);
  });
});

describe("content model", () => {
  test.each([
    ["<a href=/><button>x</button></a>", /^<button> in <a>/],
    ["<button><i><a href=/>x</a></i></button>", /^<a> in <button>/],
    ["<a><input></a>", /^<input> in <a>/],
    ["<label><label>x</label></label>", /^<label> in <label>/],
    ["<h1><span><h2>x</h2></span></h1>", /^<h2> in <h1>/],
    ["<div><li>x</li></div>", /^<li> in <div>/],
    ["<ul><div>x</div></ul>", /^<div> in <ul>/],
    ["<section><dt>x</dt></section>", /^<dt> in <section>/],
    ["<div><option>x</option></div>", /^<option> outside <select>/],
    ["<template><form><form></form></form></template>", /^<form> in a <form>/],
  ])("reports %s", (source, message) => {
    const findings = findingsOf(at(source));
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ kind: "content-model", message: expect.stringMatching(message) });
  });

  test.each([
    "<label>x <input><select><option>1</option></select></label>",
    "<a href=/><input type=hidden></a>",
    "<ul><li>x</li><script></script><template></template><x-item></x-item></ul>",
    "<dl><div><dt>a</dt><dd>b</dd></div></dl>",
    "<datalist><option>1</option></datalist>",
    "<x-menu><li>1</li></x-menu>",
    "<option>1</option>",
    "<button><template><button>x</button></template></button>",
  ])("has nothing to say about %s", (source) => {
    expect(findingsOf(at(source))).toEqual([]);
  });
});

describe("ids", () => {
  test("reports an id that stands twice, and names both places", () => {
    const first = html`<p id="a"></p>`;
    const second = html`<p class="x" id=${"a"}></p>`;
    const [finding, ...others] = findingsOf(html`${first}${second}`);
    expect(finding).toMatchObject({ kind: "duplicate-id", origin: compiled(second.template).origin, hole: 1 });
    expect(finding?.message).toContain(
      `"a" stands on the page twice, first in the template at ${compiled(first.template).origin}`,
    );
    expect(others).toEqual([]);
  });

  test("compares the ids that the parser will see", () => {
    const ids = (...nodes: ReturnType<typeof html>[]): number => messagesOf("duplicate-id", ...nodes).length;
    expect(ids(html`<p id="a&amp;b"></p><p id=${"a&b"}></p>`)).toBe(1);
    expect(ids(html`<p id="row-${7}"></p><p id="${"row"}-7"></p>`)).toBe(1);
    expect(ids(html`<p id="a"></p><p ${spread({ ID: "a" })}></p>`)).toBe(1);
    expect(ids(html`<p id="a"></p>`, html`<p id="a"></p>`)).toBe(1);
    expect(ids(html`<p id="a"></p><p id="A"></p><p id=${null}></p><p id=${false}></p><p id=""></p><p id=""></p>`)).toBe(
      0,
    );
    expect(ids(html`<p id="a" id="b"></p><p id="b" ${spread({ id: "a" })}></p>`)).toBe(0);
    expect(ids(html`<p id="a"></p><template><p id="a"></p></template><noscript><p id="a"></p></noscript>`)).toBe(0);
  });

  test("reports a static id in a row once, however many rows there are", () => {
    const rows = [1, 2, 3].map((n) => html`<li id="row">${n}</li>`);
    expect(messagesOf("duplicate-id", html`<ul>${rows}</ul>`)).toEqual([
      expect.stringContaining("both times from here"),
    ]);
    const keyed = [1, 2, 3].map((n) => html`<li id="row-${n}">${n}</li>`);
    expect(findingsOf(html`<ul>${keyed}</ul>`)).toEqual([]);
  });

  test("calls no function for it", () => {
    let calls = 0;
    findingsOf(html`<p id=${() => String(calls++)}></p>`);
    expect(calls).toBe(0);
  });
});

describe("frames that are shut in", () => {
  const both = "allow-same-origin ALLOW-scripts allow-forms";

  test.each([
    ["in the text", html`<iframe sandbox="allow-scripts allow-same-origin" src="/inner"></iframe>`],
    ["in a hole", html`<iframe sandbox=${both} src=${"inner.html"}></iframe>`],
    [
      "in part of an attribute",
      html`<iframe sandbox="allow-scripts ${"allow-same-origin"}" srcdoc=${html`x`}></iframe>`,
    ],
    ["among others", html`<iframe ${spread({ sandbox: both, src: "/inner" })}></iframe>`],
  ])("are told of when scripts and their origin are allowed %s", (_place, page) => {
    expect(messagesOf("open-sandbox", page)).toEqual([
      expect.stringMatching(/^sandbox with both allow-scripts and allow-same-origin shuts nothing in: .*; leave one/),
    ]);
  });

  test.each([
    ["one of the two", html`<iframe sandbox="allow-scripts"></iframe>`],
    ["another host", html`<iframe sandbox=${both} src="https://player.example/7"></iframe>`],
    ["another host from a hole", html`<iframe sandbox=${both} src=${"//player.example/7"}></iframe>`],
    ["an address that is not known", html`<iframe sandbox=${both} src=${() => "/inner"}></iframe>`],
    ["no frame", html`<div sandbox=${both} src="/inner"></div>`],
    ["none", html`<iframe sandbox src="/inner"></iframe>`],
    ["another host among others", html`<iframe ${spread({ sandbox: both, src: "https://player.example/" })}></iframe>`],
  ])("are let be with %s", (_what, page) => {
    expect(messagesOf("open-sandbox", page)).toEqual([]);
  });
});

describe("names", () => {
  test("reports attributes that nothing reads, with the nearest that something does", () => {
    expect(messagesOf("unknown-name", html`<p aria-lable="x" aria-label="y" bus-gett="/" bus-get="/"></p>`)).toEqual([
      expect.stringContaining("aria-lable of <p>; did you mean aria-label?"),
      expect.stringContaining("bus-gett of <p>; did you mean bus-get?"),
    ]);
    expect(messagesOf("unknown-name", html`<p aria-described-by=${"x"}></p>`)[0]).toContain("aria-describedby");
    expect(messagesOf("unknown-name", html`<p ARIA-xylophone></p>`)[0]).toMatch(/aria-xylophone of <p>; remove it/);
  });

  test("looks into spread attributes", () => {
    const [finding] = findingsOf(
      html`<p title=${1} ${spread({ "aria-lable": "x", "aria-label": "y", "bus-x": null })}></p>`,
    );
    expect(finding).toMatchObject({ kind: "unknown-name", hole: 2 });
    expect(finding?.message).toContain("aria-label?");
  });
});

describe("reports", () => {
  test("tell each thing once per template and report", () => {
    const page = (): ReturnType<typeof html> =>
      html`<p><div>x</div></p>${[1, 2].map(() => html`<div><tr></tr></div>`)}`;
    const findings: Finding[] = [];
    const report = (finding: Finding): void => void findings.push(finding);
    for (let i = 0; i < 3; i++) follow(createChecks(report), page(), undefined, 0);
    expect(findings).toHaveLength(2);
    expect(findingsOf(page())).toHaveLength(2);
  });

  test("stop after a hundred in one render", () => {
    expect(findingsOf(...Array.from({ length: 300 }, (_, i) => at(`<p><div>${i}</div></p>`)))).toHaveLength(100);
  });

  test("are printed in one line with the place", () => {
    const finding: Finding = { kind: "nesting", message: "<b> is wrong", origin: "a.ts:1:2" };
    expect(describeFinding(finding)).toBe("busbar/html: <b> is wrong (a.ts:1:2)");
    expect(describeFinding({ ...finding, origin: "" })).toBe("busbar/html: <b> is wrong (an unknown place)");
  });

  test("go on after an error that somebody caught", () => {
    const findings: Finding[] = [];
    const checks = createChecks((finding) => void findings.push(finding));
    const outer = html`<table>${1}${2}${3}</table>`;
    const row = html`<tr><td id="a">${0}</td></tr>`;
    checks.enter(outer, undefined, 0);
    checks.enter(row, compiled(outer.template), 0);
    checks.enter(html`<p>`, compiled(row.template), 0); // fails, and nobody leaves
    checks.enter(row, compiled(outer.template), 1);
    checks.leave();
    checks.leave();
    expect(findings.map((finding) => finding.kind).sort()).toEqual(["duplicate-id", "nesting", "nesting", "nesting"]);
  });

  test("forget what was rendered in vain", () => {
    const findings: Finding[] = [];
    const checks = createChecks((finding) => void findings.push(finding));
    const outer = html`<table>${1}</table>`;
    const failed = html`<tr id="a"><td>${0}</td>`;
    checks.enter(outer, undefined, 0);
    const mark = checks.mark();
    checks.enter(failed, compiled(outer.template), 0);
    checks.unwind(mark);
    follow(checks, html`<tr id="a"><td></td></tr>`, compiled(outer.template), 0);
    checks.leave();
    expect(findings.map((finding) => finding.message)).toEqual([expect.stringMatching(/^text directly in <table>/)]);
  });

  test("know where a part stands that is rendered later", () => {
    const findings: Finding[] = [];
    const checks = createChecks((finding) => void findings.push(finding));
    const outer = html`<p id="a">${null}</p>`;
    checks.enter(outer, undefined, 0);
    const branch = checks.branch();
    checks.leave();
    follow(branch, html`<div id="a"></div>`, compiled(outer.template), 0);
    expect(findings.map((finding) => finding.kind)).toEqual(["nesting", "duplicate-id"]);
  });

  test("follow keyed lists, rows within rows", () => {
    const rows = each(
      [1, 2],
      (n) => n,
      (n) =>
        html`<tr>${each(
          [1, 2],
          (m) => m,
          (m) => html`<td id="c-${n}-${m}">${m}</td>`,
        )}</tr>`,
    );
    const list = (value: typeof rows): unknown[] => value.items().map((item, i) => value.row(item, i));
    const checks = createChecks((finding) => expect.fail(finding.message));
    const outer = html`<table>${rows}</table>`;
    checks.enter(outer, undefined, 0);
    follow(checks, list(rows), compiled(outer.template), 0);
    checks.leave();
  });
});
