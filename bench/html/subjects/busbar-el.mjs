import { el, renderToBytes, renderToString, styles, unsafeRawHtml } from "busbar/html";

function colours({ hint, chosen, colours: list }) {
  return el.div(
    { class: "colours" },
    el.h1({}, "Choose your favourite colour"),
    el.p({ class: "hint" }, hint),
    el.ul(
      { class: "palette" },
      list.map(({ name, hex }, i) =>
        el.li(
          {
            class: i === chosen ? "colour selected" : "colour",
            style: styles({ backgroundColor: hex }),
            "data-index": i,
          },
          name,
        ),
      ),
    ),
    el.p({ class: "chosen" }, "You chose: ", el.b({}, list[chosen].name)),
  );
}

function search({ query, total, results }) {
  return el.html(
    { lang: "en" },
    head(query),
    el.body(
      {},
      el.header(
        {},
        el.form(
          { action: "/search", method: "get" },
          el.input({ type: "search", name: "q", value: query }),
          el.button({ type: "submit" }, "Search"),
        ),
      ),
      el.main({}, el.h1({}, total, " results"), el.ol({ class: "results" }, results.map(result))),
      el.footer({}, el.a({ href: "/help" }, "Help")),
    ),
  );
}

function purchases({ name, purchases: list }) {
  return el.html(
    { lang: "en" },
    head(`Purchases of ${name}`),
    el.body(
      {},
      el.header(
        { class: "header" },
        el.h1({}, "Hi ", name),
        el.nav({}, el.ul({}, el.li({}, el.a({ href: "/" }, "Home")), el.li({}, el.a({ href: "/about" }, "About")))),
      ),
      el.main(
        {},
        el.aside({ class: "profile" }, el.h2({}, "User profile"), el.p({}, "Name: ", name)),
        el.section({ class: "purchases" }, el.h2({}, "Purchases"), el.div({ class: "purchase-list" }, list.map(card))),
      ),
      el.footer({}, el.p({}, "Made for ", name)),
    ),
  );
}

function head(title) {
  return el.head(
    {},
    el.meta({ charset: "utf-8" }),
    el.title({}, title),
    el.link({ rel: "stylesheet", href: "/site.css" }),
  );
}

function result({ id, url, image, title, snippet, price, stock, tags }) {
  return el.li(
    { class: "result", id: `result-${id}` },
    el.a({ class: "title", href: url }, title),
    el.img({ src: `/images/${image}.jpg`, alt: title, width: "120", height: "90", loading: "lazy" }),
    el.p({ class: "snippet" }, snippet),
    el.ul(
      { class: "tags" },
      tags.map((tag) => el.li({}, tag)),
    ),
    el.span({ class: "price" }, price),
    el.button({ type: "button", name: "add", value: id, disabled: stock === 0 }, "Add to basket"),
  );
}

function card({ name, price, quantity }) {
  return el.div(
    { class: "purchase purchase-card" },
    el.div({ class: "purchase-name" }, name),
    el.div({ class: "purchase-price" }, price),
    el.div({ class: "purchase-quantity" }, quantity),
  );
}

const HTML = unsafeRawHtml("<!doctype html>");
const pagesBy = (render) => ({
  "2 KiB": (data) => render(colours(data)),
  "20 KiB": (data) => render([HTML, search(data)]),
  "170 KiB": (data) => render([HTML, purchases(data)]),
});

export const subject = { text: pagesBy(renderToString), bytes: pagesBy(renderToBytes) };
