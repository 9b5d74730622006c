// The pages as plain concatenation: what a template engine would come to if it cost nothing. `escape` holds the
// encoders, `out` is called between pieces with the text so far, and gives the text to go on with.

/** The pages, written with these encoders. */
export function pagesWith({ text, attribute, url, css }) {
  return {
    "2 KiB": ({ hint, chosen, colours }, out) => {
      let html = `<div class="colours"><h1>Choose your favourite colour</h1><p class="hint">${text(hint)}</p><ul class="palette">`;
      for (let i = 0; i < colours.length; i++) {
        const { name, hex } = colours[i];
        html += `<li class="${i === chosen ? "colour selected" : "colour"}" style="background-color:${attribute(css(hex))}" data-index="${i}">${text(name)}</li>`;
      }
      return `${out(html)}</ul><p class="chosen">You chose: <b>${text(colours[chosen].name)}</b></p></div>`;
    },
    "20 KiB": ({ query, total, results }, out) => {
      let html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${text(query)}</title><link rel="stylesheet" href="/site.css"></head><body><header><form action="/search" method="get"><input type="search" name="q" value="${attribute(query)}"><button type="submit">Search</button></form></header><main><h1>${total} results</h1><ol class="results">`;
      for (const one of results) {
        html += `<li class="result" id="result-${one.id}"><a class="title" href="${attribute(url(one.url))}">${text(one.title)}</a><img src="/images/${attribute(one.image)}.jpg" alt="${attribute(one.title)}" width="120" height="90" loading="lazy"><p class="snippet">${text(one.snippet)}</p><ul class="tags">`;
        for (const tag of one.tags) html += `<li>${text(tag)}</li>`;
        html += `</ul><span class="price">${text(one.price)}</span><button type="button" name="add" value="${one.id}"${one.stock === 0 ? " disabled" : ""}>Add to basket</button></li>`;
        html = out(html);
      }
      return `${html}</ol></main><footer><a href="/help">Help</a></footer></body></html>`;
    },
    "170 KiB": ({ name, purchases }, out) => {
      const user = text(name);
      let html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Purchases of ${user}</title><link rel="stylesheet" href="/site.css"></head><body><header class="header"><h1>Hi ${user}</h1><nav><ul><li><a href="/">Home</a></li><li><a href="/about">About</a></li></ul></nav></header><main><aside class="profile"><h2>User profile</h2><p>Name: ${user}</p></aside><section class="purchases"><h2>Purchases</h2><div class="purchase-list">`;
      for (const one of purchases) {
        html += `<div class="purchase purchase-card"><div class="purchase-name">${text(one.name)}</div><div class="purchase-price">${text(one.price)}</div><div class="purchase-quantity">${one.quantity}</div></div>`;
        html = out(html);
      }
      return `${html}</div></section></main><footer><p>Made for ${user}</p></footer></body></html>`;
    },
  };
}
