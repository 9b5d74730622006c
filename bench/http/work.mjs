// What every subject does for a request, whatever its framework: the values, the page, the check, the five steps.
import { readFileSync } from "node:fs";
import { html, renderToString } from "busbar/html";
import { z } from "zod";

export const TEXT_TYPE = "text/plain; charset=utf-8";
export const HTML_TYPE = "text/html; charset=utf-8";
export const JSON_TYPE = "application/json";
export const HELLO = "Hello, world!";
export const MAX_BODY = 1024 * 1024;
const ROWS = 188;

/** Made anew for each request, as an answer from a database would be. */
export function article() {
  return {
    id: 1296269,
    slug: "hello-world",
    title: "Hello, world",
    author: { id: 583231, login: "octocat" },
    tags: ["first", "greeting"],
    published: true,
    stars: 80,
  };
}

/** The shape of `article()`, for those that compile a serializer from it. */
export const ARTICLE_SCHEMA = {
  type: "object",
  properties: {
    id: { type: "integer" },
    slug: { type: "string" },
    title: { type: "string" },
    author: { type: "object", properties: { id: { type: "integer" }, login: { type: "string" } } },
    tags: { type: "array", items: { type: "string" } },
    published: { type: "boolean" },
    stars: { type: "integer" },
  },
};

/** `JSON.stringify` of an article, by a function that knows its shape: the ceiling for whatever makes such functions. */
export function writeArticle({ id, slug, title, author, tags, published, stars }) {
  let list = "";
  for (let i = 0; i < tags.length; i++) list += (i === 0 ? "" : ",") + writeText(tags[i]);
  const writer = `{"id":${author.id},"login":${writeText(author.login)}}`;
  const head = `{"id":${id},"slug":${writeText(slug)},"title":${writeText(title)},"author":${writer},`;
  return `${head}"tags":[${list}],"published":${published ? "true" : "false"},"stars":${stars}}`;
}

/** A loop is the fastest way for texts this short; anything that must be escaped is left to `JSON.stringify`. */
function writeText(text) {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code === 0x22 || code === 0x5c || (code >= 0xd800 && code <= 0xdfff))
      return JSON.stringify(text);
  }
  return `"${text}"`;
}

/** What a posted note has to be. */
export const noteSchema = z.object({
  title: z.string().min(1).max(100),
  stars: z.number().int().min(0),
  tags: z.array(z.string().max(20)).max(10),
});

/** The rows of the rendered page: 20 KiB of markup. */
const rows = Array.from({ length: ROWS }, (_, i) => ({
  href: `/items/${1000 + i}`,
  name: i % 20 === 0 ? `Nuts & bolts ${i}` : `Item number ${i}`,
  price: `${(i * 37) % 90},${10 + (i % 89)} EUR`,
  note: `delivered within ${2 + (i % 5)} days`,
}));

/** The page as a template, for everyone. */
export function pageTemplate() {
  return html`<!doctype html><html lang="en"><head><title>Items</title></head><body><h1>Items</h1><table>${rows.map(
    ({ href, name, price, note }) =>
      html`<tr><td><a href="${href}">${name}</a></td><td>${price}</td><td>${note}</td></tr>`,
  )}</table></body></html>`;
}

/** The page as text, for those that have no templates. */
export function renderPage() {
  return renderToString(pageTemplate());
}

/** A page that was made before. */
export const KEPT_PAGE = renderPage();

/** The routes of a real API: method, pattern, sample of a path, and their number. */
export function apiRoutes() {
  const { routes } = JSON.parse(readFileSync(new URL("../data/routes/github.json", import.meta.url), "utf8"));
  return routes.map((route, number) => ({ ...route, number, names: route.pattern.match(/(?<=:)\w+/g) ?? [] }));
}

/** What a route of the API answers: its number and the values of its parameters, in order. */
export function apiAnswer({ number, names }, params) {
  let text = String(number);
  for (const name of names) text += ` ${params[name]}`;
  return text;
}

export const SERVED_BY = ["x-served-by", "bench"];

/** Four of the five steps in front of the API's routes refuse a request with a certain header; the last adds one. */
export const BLOCKS = ["x-block-1", "x-block-2", "x-block-3", "x-block-4"];
