// What the precompile transform makes of JSX, written by hand: the statics apart, one call per dynamic piece.
import { renderToBytes, renderToString, styles, unsafeRawHtml } from "busbar/html";
import { jsx, jsxAttr, jsxEscape, jsxTemplate } from "busbar/html/jsx-runtime";

const tpl1 = [
  '<div class="colours"><h1>Choose your favourite colour</h1><p class="hint">',
  '</p><ul class="palette">',
  '</ul><p class="chosen">You chose: <b>',
  "</b></p></div>",
];
const tpl2 = ["<li ", " ", " ", ">", "</li>"];
const tpl3 = [
  '<html lang="en"><head><meta charset="utf-8"><title>',
  '</title><link rel="stylesheet" href="/site.css"></head><body><header><form action="/search" method="get"><input type="search" name="q" ',
  '><button type="submit">Search</button></form></header><main><h1>',
  ' results</h1><ol class="results">',
  '</ol></main><footer><a href="/help">Help</a></footer></body></html>',
];
const tpl4 = [
  '<li class="result" ',
  '><a class="title" ',
  ">",
  "</a><img ",
  " ",
  ' width="120" height="90" loading="lazy"><p class="snippet">',
  '</p><ul class="tags">',
  '</ul><span class="price">',
  '</span><button type="button" name="add" ',
  " ",
  ">Add to basket</button></li>",
];
const tpl5 = ["<li>", "</li>"];
const tpl6 = [
  '<html lang="en"><head><meta charset="utf-8"><title>',
  '</title><link rel="stylesheet" href="/site.css"></head><body><header class="header"><h1>Hi ',
  '</h1><nav><ul><li><a href="/">Home</a></li><li><a href="/about">About</a></li></ul></nav></header><main><aside class="profile"><h2>User profile</h2><p>Name: ',
  '</p></aside><section class="purchases"><h2>Purchases</h2><div class="purchase-list">',
  "</div></section></main><footer><p>Made for ",
  "</p></footer></body></html>",
];
const tpl7 = [
  '<div class="purchase purchase-card"><div class="purchase-name">',
  '</div><div class="purchase-price">',
  '</div><div class="purchase-quantity">',
  "</div></div>",
];

function Colours({ hint, chosen, colours }) {
  const rows = colours.map(({ name, hex }, i) =>
    jsxTemplate(
      tpl2,
      jsxAttr("class", i === chosen ? "colour selected" : "colour"),
      jsxAttr("style", styles({ backgroundColor: hex })),
      jsxAttr("data-index", i),
      jsxEscape(name),
    ),
  );
  return jsxTemplate(tpl1, jsxEscape(hint), jsxEscape(rows), jsxEscape(colours[chosen].name));
}

function Search({ query, total, results }) {
  const rows = results.map((one) => jsx(Result, { ...one }));
  return jsxTemplate(tpl3, jsxEscape(query), jsxAttr("value", query), jsxEscape(total), jsxEscape(rows));
}

function Result({ id, url, image, title, snippet, price, stock, tags }) {
  return jsxTemplate(
    tpl4,
    jsxAttr("id", `result-${id}`),
    jsxAttr("href", url),
    jsxEscape(title),
    jsxAttr("src", `/images/${image}.jpg`),
    jsxAttr("alt", title),
    jsxEscape(snippet),
    jsxEscape(tags.map((tag) => jsxTemplate(tpl5, jsxEscape(tag)))),
    jsxEscape(price),
    jsxAttr("value", id),
    jsxAttr("disabled", stock === 0),
  );
}

function Purchases({ name, purchases }) {
  const cards = purchases.map((one) => jsx(Card, { ...one }));
  return jsxTemplate(
    tpl6,
    jsxEscape(`Purchases of ${name}`),
    jsxEscape(name),
    jsxEscape(name),
    jsxEscape(cards),
    jsxEscape(name),
  );
}

function Card({ name, price, quantity }) {
  return jsxTemplate(tpl7, jsxEscape(name), jsxEscape(price), jsxEscape(quantity));
}

const HTML = unsafeRawHtml("<!doctype html>");
const pagesBy = (render) => ({
  "2 KiB": (data) => render(jsx(Colours, { ...data })),
  "20 KiB": (data) => render([HTML, jsx(Search, { ...data })]),
  "170 KiB": (data) => render([HTML, jsx(Purchases, { ...data })]),
});

export const subject = { text: pagesBy(renderToString), bytes: pagesBy(renderToBytes) };
