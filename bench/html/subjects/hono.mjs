import { html, raw } from "hono/html";
import { mapPages } from "../map-pages.mjs";

const DISABLED = raw(" disabled");

const pages = {
  "2 KiB": ({ hint, chosen, colours }) =>
    html`<div class="colours"><h1>Choose your favourite colour</h1><p class="hint">${hint}</p><ul class="palette">${colours.map(
      ({ name, hex }, i) =>
        html`<li class="${i === chosen ? "colour selected" : "colour"}" style="background-color:${hex}" data-index="${i}">${name}</li>`,
    )}</ul><p class="chosen">You chose: <b>${colours[chosen].name}</b></p></div>`,
  "20 KiB": ({ query, total, results }) => shell(query, total, results.map(result)),
  "170 KiB": ({ name, purchases }) =>
    html`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Purchases of ${name}</title><link rel="stylesheet" href="/site.css"></head><body><header class="header"><h1>Hi ${name}</h1><nav><ul><li><a href="/">Home</a></li><li><a href="/about">About</a></li></ul></nav></header><main><aside class="profile"><h2>User profile</h2><p>Name: ${name}</p></aside><section class="purchases"><h2>Purchases</h2><div class="purchase-list">${purchases.map(card)}</div></section></main><footer><p>Made for ${name}</p></footer></body></html>`,
};

/** The page around the results of a search. */
export function shell(query, total, rows) {
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${query}</title><link rel="stylesheet" href="/site.css"></head><body><header><form action="/search" method="get"><input type="search" name="q" value="${query}"><button type="submit">Search</button></form></header><main><h1>${total} results</h1><ol class="results">${rows}</ol></main><footer><a href="/help">Help</a></footer></body></html>`;
}

/** One result of a search. */
export function result({ id, url, image, title, snippet, price, stock, tags }) {
  return html`<li class="result" id="result-${id}"><a class="title" href="${url}">${title}</a><img src="/images/${image}.jpg" alt="${title}" width="120" height="90" loading="lazy"><p class="snippet">${snippet}</p><ul class="tags">${tags.map((tag) => html`<li>${tag}</li>`)}</ul><span class="price">${price}</span><button type="button" name="add" value="${id}"${stock === 0 ? DISABLED : ""}>Add to basket</button></li>`;
}

function card({ name, price, quantity }) {
  return html`<div class="purchase purchase-card"><div class="purchase-name">${name}</div><div class="purchase-price">${price}</div><div class="purchase-quantity">${quantity}</div></div>`;
}

export const subject = { text: mapPages(pages, (page) => (data) => page(data).toString()) };
