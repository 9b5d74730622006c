// What is asked for, and what must be answered: made from the data alone, never by a subject.
import { JSON_CASE, RENDERED_CASE, TABLE_CASE } from "./names.mjs";
import {
  apiAnswer,
  apiRoutes,
  article,
  BLOCKS,
  HELLO,
  HTML_TYPE,
  JSON_TYPE,
  KEPT_PAGE,
  SERVED_BY,
  TEXT_TYPE,
} from "./work.mjs";

const NOTES = 16;

/** The cases: requests that are timed, each with its answer, and some that only have to be refused. */
export const CASES = {
  "hello text": () => ({ timed: [get("/hello", TEXT_TYPE, HELLO)], refused: [missing] }),
  [JSON_CASE]: () => ({ timed: [get("/article", JSON_TYPE, JSON.stringify(article()))], refused: [missing] }),
  "20 KiB page, kept": () => ({ timed: [get("/page", HTML_TYPE, KEPT_PAGE)], refused: [missing] }),
  [RENDERED_CASE]: () => ({ timed: [get("/rendered", HTML_TYPE, KEPT_PAGE)], refused: [missing] }),
  "POST JSON echo": () => ({ timed: Array.from({ length: NOTES }, (_, i) => note(i)), refused: BAD_NOTES }),
  [TABLE_CASE]: () => ({ timed: apiRoutes().map(apiRequest), refused: [...BLOCKS.map(blocked), missing] }),
};

const missing = { method: "GET", path: "/none", status: 404 };
const JSON_HEADERS = { "content-type": JSON_TYPE };
const BAD_NOTES = [
  { method: "POST", path: "/notes", headers: JSON_HEADERS, body: '{"title":"","stars":1,"tags":[]}', status: 400 },
  { method: "POST", path: "/notes", headers: JSON_HEADERS, body: '{"title":"x"', status: 400 },
];

function get(path, type, body) {
  return { method: "GET", path, expected: { status: 200, headers: { "content-type": type }, body } };
}

function note(i) {
  const body = JSON.stringify({ title: `Café note ${i}`, stars: i, tags: ["first", "second"].slice(0, i % 3) });
  const expected = { status: 200, headers: { "content-type": JSON_TYPE }, body };
  return { method: "POST", path: "/notes", headers: JSON_HEADERS, body, expected };
}

function apiRequest(route) {
  const values = route.sample.split("/").filter((_, i) => route.pattern.split("/")[i].startsWith(":"));
  const params = Object.fromEntries(route.names.map((name, i) => [name, values[i]]));
  const headers = { "content-type": TEXT_TYPE, [SERVED_BY[0]]: SERVED_BY[1] };
  const expected = { status: 200, headers, body: apiAnswer(route, params) };
  return { method: route.method, path: route.sample, expected };
}

function blocked(name) {
  return { method: "GET", path: "/user/orgs", headers: { [name]: "1" }, status: 403 };
}
