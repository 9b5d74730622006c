// What a page must be once parsed. The trees are made from the data, without any markup, so that nothing is escaped
// here, and nothing can be escaped wrongly.
import assert from "node:assert/strict";
import { parse, parseFragment } from "parse5";

/** Throws when a page, parsed, is not what its data say. */
export function assertPage(pageName, data, html) {
  const isDocument = pageName !== "2 KiB";
  const tree = isDocument ? parse(html) : parseFragment(html);
  assert.equal(tree.mode ?? "no-quirks", "no-quirks");
  assert.deepEqual(childrenOf(tree), [TREES[pageName](data)]);
}

// Comments do not count, nor does white space that stands alone between tags, nor the order of attributes, nor white
// space and the last semicolon of a style. Everything else does.
function childrenOf(node) {
  const found = [];
  for (const child of node.childNodes) {
    if (child.nodeName === "#text") addText(found, child.value);
    else if (child.tagName !== undefined) found.push(element(child));
  }
  return found.filter((child) => typeof child !== "string" || child.trim() !== "");
}

function addText(found, text) {
  if (typeof found.at(-1) === "string") found.push(found.pop() + text);
  else found.push(text);
}

function element(node) {
  const attributes = node.attrs.map(({ name, value }) => [
    name,
    name === "style" ? value.replace(/\s*([:;])\s*/g, "$1").replace(/;$/, "") : value,
  ]);
  return [node.tagName, Object.fromEntries(attributes), ...childrenOf(node)];
}

const TREES = {
  "2 KiB": ({ hint, chosen, colours }) => [
    "div",
    { class: "colours" },
    ["h1", {}, "Choose your favourite colour"],
    ["p", { class: "hint" }, hint],
    [
      "ul",
      { class: "palette" },
      ...colours.map(({ name, hex }, i) => [
        "li",
        {
          class: i === chosen ? "colour selected" : "colour",
          style: `background-color:${hex}`,
          "data-index": String(i),
        },
        name,
      ]),
    ],
    ["p", { class: "chosen" }, "You chose: ", ["b", {}, colours[chosen].name]],
  ],
  "20 KiB": ({ query, total, results }) => [
    "html",
    { lang: "en" },
    [
      "head",
      {},
      ["meta", { charset: "utf-8" }],
      ["title", {}, query],
      ["link", { rel: "stylesheet", href: "/site.css" }],
    ],
    [
      "body",
      {},
      [
        "header",
        {},
        [
          "form",
          { action: "/search", method: "get" },
          ["input", { type: "search", name: "q", value: query }],
          ["button", { type: "submit" }, "Search"],
        ],
      ],
      ["main", {}, ["h1", {}, `${total} results`], ["ol", { class: "results" }, ...results.map(result)]],
      ["footer", {}, ["a", { href: "/help" }, "Help"]],
    ],
  ],
  "170 KiB": ({ name, purchases }) => [
    "html",
    { lang: "en" },
    [
      "head",
      {},
      ["meta", { charset: "utf-8" }],
      ["title", {}, `Purchases of ${name}`],
      ["link", { rel: "stylesheet", href: "/site.css" }],
    ],
    [
      "body",
      {},
      [
        "header",
        { class: "header" },
        ["h1", {}, `Hi ${name}`],
        [
          "nav",
          {},
          ["ul", {}, ["li", {}, ["a", { href: "/" }, "Home"]], ["li", {}, ["a", { href: "/about" }, "About"]]],
        ],
      ],
      [
        "main",
        {},
        ["aside", { class: "profile" }, ["h2", {}, "User profile"], ["p", {}, `Name: ${name}`]],
        [
          "section",
          { class: "purchases" },
          ["h2", {}, "Purchases"],
          [
            "div",
            { class: "purchase-list" },
            ...purchases.map((one) => [
              "div",
              { class: "purchase purchase-card" },
              ["div", { class: "purchase-name" }, one.name],
              ["div", { class: "purchase-price" }, one.price],
              ["div", { class: "purchase-quantity" }, String(one.quantity)],
            ]),
          ],
        ],
      ],
      ["footer", {}, ["p", {}, `Made for ${name}`]],
    ],
  ],
};

function result({ id, url, image, title, snippet, price, stock, tags }) {
  const disabled = stock === 0 ? { disabled: "" } : {};
  return [
    "li",
    { class: "result", id: `result-${id}` },
    ["a", { class: "title", href: url }, title],
    ["img", { src: `/images/${image}.jpg`, alt: title, width: "120", height: "90", loading: "lazy" }],
    ["p", { class: "snippet" }, snippet],
    ["ul", { class: "tags" }, ...tags.map((tag) => ["li", {}, tag])],
    ["span", { class: "price" }, price],
    ["button", { type: "button", name: "add", value: String(id), ...disabled }, "Add to basket"],
  ];
}
