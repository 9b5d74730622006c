import { fragment, h } from "./gox-render.mjs";

/** What stands before the tree, as it is no node. */
export const doctypeOf = (pageName) => (pageName === "2 KiB" ? "" : "<!doctype html>");

/** The pages as trees of nodes. */
export const goxPages = {
  "2 KiB": ({ hint, chosen, colours }) =>
    h(
      "div",
      { class: "colours" },
      h("h1", null, "Choose your favourite colour"),
      h("p", { class: "hint" }, hint),
      h(
        "ul",
        { class: "palette" },
        fragment(
          colours.map(({ name, hex }, i) =>
            h(
              "li",
              {
                class: i === chosen ? "colour selected" : "colour",
                style: `background-color:${hex}`,
                "data-index": i,
              },
              name,
            ),
          ),
        ),
      ),
      h("p", { class: "chosen" }, "You chose: ", h("b", null, colours[chosen].name)),
    ),
  "20 KiB": ({ query, total, results }) =>
    h(
      "html",
      { lang: "en" },
      head(query),
      h(
        "body",
        null,
        h(
          "header",
          null,
          h(
            "form",
            { action: "/search", method: "get" },
            h("input", { type: "search", name: "q", value: query }),
            h("button", { type: "submit" }, "Search"),
          ),
        ),
        h("main", null, h("h1", null, total, " results"), h("ol", { class: "results" }, fragment(results.map(result)))),
        h("footer", null, h("a", { href: "/help" }, "Help")),
      ),
    ),
  "170 KiB": ({ name, purchases }) =>
    h(
      "html",
      { lang: "en" },
      head(`Purchases of ${name}`),
      h(
        "body",
        null,
        h(
          "header",
          { class: "header" },
          h("h1", null, "Hi ", name),
          h(
            "nav",
            null,
            h(
              "ul",
              null,
              h("li", null, h("a", { href: "/" }, "Home")),
              h("li", null, h("a", { href: "/about" }, "About")),
            ),
          ),
        ),
        h(
          "main",
          null,
          h("aside", { class: "profile" }, h("h2", null, "User profile"), h("p", null, "Name: ", name)),
          h(
            "section",
            { class: "purchases" },
            h("h2", null, "Purchases"),
            h("div", { class: "purchase-list" }, fragment(purchases.map(card))),
          ),
        ),
        h("footer", null, h("p", null, "Made for ", name)),
      ),
    ),
};

function head(title) {
  return h(
    "head",
    null,
    h("meta", { charset: "utf-8" }),
    h("title", null, title),
    h("link", { rel: "stylesheet", href: "/site.css" }),
  );
}

function result({ id, url, image, title, snippet, price, stock, tags }) {
  return h(
    "li",
    { class: "result", id: `result-${id}` },
    h("a", { class: "title", href: url }, title),
    h("img", { src: `/images/${image}.jpg`, alt: title, width: "120", height: "90", loading: "lazy" }),
    h("p", { class: "snippet" }, snippet),
    h("ul", { class: "tags" }, fragment(tags.map((tag) => h("li", null, tag)))),
    h("span", { class: "price" }, price),
    h("button", { type: "button", name: "add", value: id, disabled: stock === 0 }, "Add to basket"),
  );
}

function card({ name, price, quantity }) {
  return h(
    "div",
    { class: "purchase purchase-card" },
    h("div", { class: "purchase-name" }, name),
    h("div", { class: "purchase-price" }, price),
    h("div", { class: "purchase-quantity" }, quantity),
  );
}
