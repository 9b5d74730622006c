import { Eta } from "eta";
import { mapPages } from "../map-pages.mjs";

const eta = new Eta({ autoEscape: true, autoTrim: false, cache: true });
const HEAD = '<meta charset="utf-8"><title><%= it.title %></title><link rel="stylesheet" href="/site.css">';
export const TEMPLATES = {
  "2 KiB": `<div class="colours"><h1>Choose your favourite colour</h1><p class="hint"><%= it.hint %></p><ul class="palette"><% for (let i = 0; i < it.colours.length; i++) { const one = it.colours[i] %><li class="<%= i === it.chosen ? "colour selected" : "colour" %>" style="background-color:<%= one.hex %>" data-index="<%= i %>"><%= one.name %></li><% } %></ul><p class="chosen">You chose: <b><%= it.colours[it.chosen].name %></b></p></div>`,
  "20 KiB": `<!doctype html><html lang="en"><head>${HEAD.replace("it.title", "it.query")}</head><body><header><form action="/search" method="get"><input type="search" name="q" value="<%= it.query %>"><button type="submit">Search</button></form></header><main><h1><%= it.total %> results</h1><ol class="results"><% for (const one of it.results) { %><li class="result" id="result-<%= one.id %>"><a class="title" href="<%= one.url %>"><%= one.title %></a><img src="/images/<%= one.image %>.jpg" alt="<%= one.title %>" width="120" height="90" loading="lazy"><p class="snippet"><%= one.snippet %></p><ul class="tags"><% for (const tag of one.tags) { %><li><%= tag %></li><% } %></ul><span class="price"><%= one.price %></span><button type="button" name="add" value="<%= one.id %>"<% if (one.stock === 0) { %> disabled<% } %>>Add to basket</button></li><% } %></ol></main><footer><a href="/help">Help</a></footer></body></html>`,
  "170 KiB": `<!doctype html><html lang="en"><head>${HEAD.replace("<%= it.title", "Purchases of <%= it.name")}</head><body><header class="header"><h1>Hi <%= it.name %></h1><nav><ul><li><a href="/">Home</a></li><li><a href="/about">About</a></li></ul></nav></header><main><aside class="profile"><h2>User profile</h2><p>Name: <%= it.name %></p></aside><section class="purchases"><h2>Purchases</h2><div class="purchase-list"><% for (const one of it.purchases) { %><div class="purchase purchase-card"><div class="purchase-name"><%= one.name %></div><div class="purchase-price"><%= one.price %></div><div class="purchase-quantity"><%= one.quantity %></div></div><% } %></div></section></main><footer><p>Made for <%= it.name %></p></footer></body></html>`,
};

export const subject = {
  text: mapPages(TEMPLATES, (template) => {
    const compiled = eta.compile(template);
    return (data) => eta.render(compiled, data);
  }),
};
