import type { Case } from "../harness/format.ts";

const go = `<p id="go" bus-get="/x">old</p>`;
const list = `<ul id="a"><li>1</li></ul>`;

export const parts: readonly Case[] = [
  {
    name: "out-of-band parts are taken at the top level only",
    body: `<p id="go" bus-get="/x"></p><i id="a">old</i><i id="b">old</i>`,
    routes: { "GET /x": `<u>main<s id="b" bus-swap-oob="true"></s></u><i id="a" bus-swap-oob="true">new</i>` },
    expect: {
      body: `<p id="go" bus-get="/x"><u>main<s id="b" bus-swap-oob="true"></s></u></p><i id="a">new</i><i id="b">old</i>`,
    },
  },
  {
    name: "main goes first: a part finds what main has brought",
    body: go,
    routes: { "GET /x": `<b id="n" bus-swap-oob="innerHTML">part</b><p id="n">main</p>` },
    expect: { html: { "#go": `<p id="n">part</p>` } },
  },
  {
    name: "true replaces the element with the same id, wrapper and all",
    body: `${go}<i id="a" class="x">old</i>`,
    routes: { "GET /x": `<b id="a" bus-swap-oob="true" title="t">new</b>` },
    expect: { body: `${go}<b id="a" title="t">new</b>` },
  },
  {
    name: "true may have modifiers, and nothing is as good as true",
    body: `${go}<b id="a">old</b><b id="b">old</b>`,
    routes: { "GET /x": `<i id="a" bus-swap-oob="true scroll:top">new</i><i id="b" bus-swap-oob>new</i>` },
    expect: { body: `${go}<i id="a">new</i><i id="b">new</i>` },
  },
  ...(
    [
      ["innerHTML", `<ul id="a"><li>2</li></ul>`],
      ["beforeend", `<ul id="a"><li>1</li><li>2</li></ul>`],
      ["afterbegin", `<ul id="a"><li>2</li><li>1</li></ul>`],
      ["beforebegin", `<li>2</li><ul id="a"><li>1</li></ul>`],
      ["afterend", `<ul id="a"><li>1</li></ul><li>2</li>`],
      ["outerHTML", `<ol id="a"><li>2</li></ol>`],
      ["delete", ""],
      ["none", list],
    ] as const
  ).map(
    ([style, expected]): Case => ({
      name: `bus-swap-oob="${style}" ${style === "outerHTML" ? "takes the wrapper, too" : "takes what is in the wrapper"}`,
      body: `${go}<div>${list}</div>`,
      routes: { "GET /x": `<ol id="a" bus-swap-oob="${style}"><li>2</li></ol>` },
      expect: { body: `${go}<div>${expected}</div>` },
    }),
  ),
  {
    name: "a selector behind the style names the place",
    body: `${go}${list}`,
    routes: { "GET /x": `<ul bus-swap-oob="beforeend:#a"><li>2</li></ul>` },
    expect: { body: `${go}<ul id="a"><li>1</li><li>2</li></ul>` },
  },
  {
    name: "a selector with colons names the place",
    body: `${go}<ul id="a"><li>1</li><li>2</li></ul>`,
    routes: { "GET /x": `<b bus-swap-oob="innerHTML:#a li:last-child">3</b>` },
    expect: { html: { "#a": "<li>1</li><li>3</li>" } },
  },
  {
    name: "parts may stand in a template: table rows",
    body: `${go}<table><tbody><tr id="r"></tr></tbody></table>`,
    routes: { "GET /x": `<template><tr id="r" bus-swap-oob="true"><td>1</td></tr></template>` },
    expect: { html: { tbody: `<tr id="r"><td>1</td></tr>`, "#go": "old" } },
  },
  {
    name: "a template without parts is content like any other",
    body: go,
    routes: { "GET /x": `<template id="n"><b>1</b></template>` },
    expect: { html: { "#go": `<template id="n"><b>1</b></template>` } },
  },
  {
    name: "bus-partial names target and swap, and keeps table rows",
    body: `${go}<table><tbody id="t"><tr></tr></tbody></table>`,
    routes: {
      "GET /x": `<bus-partial bus-target="#t" bus-swap="beforeend"><tr><td>1</td></tr></bus-partial>\n<b>main</b>`,
    },
    expect: { html: { "#t": "<tr></tr><tr><td>1</td></tr>", "#go": "\n<b>main</b>" } },
  },
  {
    name: "bus-partial replaces what is in its target when it names no swap",
    body: `${go}<i id="t">old</i>`,
    routes: { "GET /x": `<bus-partial bus-target="#t"><b>new</b></bus-partial>` },
    expect: { html: { "#t": "<b>new</b>", "#go": "old" } },
  },
  {
    name: "several bus-partials are done in order, each in its place",
    body: `${go}<ul id="t"></ul><i id="n">0</i>`,
    routes: {
      "GET /x": ["1", "2", "3"]
        .map(
          (n) =>
            `<bus-partial bus-target="#t" bus-swap="beforeend"><li>${n}</li></bus-partial><bus-partial bus-target="#n">${n}</bus-partial>`,
        )
        .join("\n"),
    },
    expect: { html: { "#t": "<li>1</li><li>2</li><li>3</li>", "#n": "3", "#go": "old" } },
  },
  {
    name: "a bus-partial inside an element is content, not a part",
    body: `${go}<i id="t">old</i>`,
    routes: { "GET /x": `<div><bus-partial bus-target="#t">new</bus-partial></div>` },
    expect: { text: { "#t": "old" } },
  },
  {
    name: "a bus-partial in text or an attribute is no part",
    body: `${go}<i id="t">old</i>`,
    routes: {
      "GET /x": `<b title="&lt;bus-partial bus-target='#t'>">&lt;bus-partial bus-target="#t">new&lt;/bus-partial></b>`,
    },
    expect: { text: { "#t": "old", "#go": `<bus-partial bus-target="#t">new</bus-partial>` } },
  },
  {
    name: "a reply of parts only leaves the target as it is",
    body: `${go}<i id="a">old</i>`,
    routes: { "GET /x": `\n <i id="a" bus-swap-oob="true">new</i>\n <!-- c -->\n` },
    expect: { html: { "#go": "old", "#a": "new" } },
  },
  {
    name: "a reply of parts only leaves the target also when it would be deleted or replaced",
    body: `<p id="go" bus-get="/x" bus-swap="outerHTML">old</p><i id="a">old</i>`,
    routes: { "GET /x": `<i id="a" bus-swap-oob="true">new</i>` },
    expect: { html: { "#go": "old", "#a": "new" } },
  },
  {
    name: "bus-select leaves the parts alone",
    body: `<p id="go" bus-get="/x" bus-select="b"></p><i id="a">old</i>`,
    routes: { "GET /x": `<div><b>1</b></div><i id="a" bus-swap-oob="true">new</i>` },
    expect: { html: { "#go": "<b>1</b>", "#a": "new" } },
  },
  {
    name: "parts of a whole page are at the top level of its body",
    body: `${go}<i id="a">old</i>`,
    routes: {
      "GET /x": `<html><head><title>T</title></head><body><b>main</b><i id="a" bus-swap-oob="true">new</i></body></html>`,
    },
    expect: { html: { "#go": "<b>main</b>", "#a": "new" } },
  },
  {
    name: "a part without a place is an error, the others go on",
    body: `${go}<i id="a"></i>`,
    routes: { "GET /x": `<b id="none" bus-swap-oob="true"></b><meta content="x"><i id="a" bus-swap-oob="true">1</i>` },
    expect: { html: { "#a": "1" }, errors: ["target"] },
  },
  ...[
    `<i bus-swap-oob="innerHTML:((">x</i>`,
    `<bus-partial bus-target="((">x</bus-partial>`,
    `<i id="a" bus-swap-oob="sideways">x</i>`,
  ].map(
    (part): Case => ({
      name: `a part that cannot be read is an error: ${part}`,
      body: `${go}<i id="a">old</i>`,
      routes: { "GET /x": `main${part}` },
      expect: { html: { "#go": "main", "#a": "old" }, errors: ["swap"] },
    }),
  ),
  {
    name: "an id that is no CSS name is found all the same",
    body: `${go}<i id="1:2.é">old</i>`,
    routes: { "GET /x": `<i id="1:2.é" bus-swap-oob="true">new</i>` },
    expect: { text: { i: "new" } },
  },
  {
    name: "elements that parts have brought are active",
    body: `${go}<div id="a"></div>`,
    routes: {
      "GET /x": `<div id="a" bus-swap-oob="true"><b bus-get="/n" bus-trigger="load"></b></div>`,
      "GET /n": "1",
    },
    expect: { text: { "#a": "1" }, seen: ["GET /x", "GET /n"] },
  },
];
