// Route tables, by name.
import { readFileSync } from "node:fs";

const WORDS =
  "account board card draft event feed group hook image job key label message note order page query role site task user vote widget zone".split(
    " ",
  );
const SHORT = [
  ["GET", "/user"],
  ["GET", "/user/comments"],
  ["GET", "/user/avatar"],
  ["GET", "/user/lookup/username/:username"],
  ["GET", "/user/lookup/email/:address"],
  ["GET", "/event/:id"],
  ["GET", "/event/:id/comments"],
  ["POST", "/event/:id/comment"],
  ["POST", "/map/:location/events"],
  ["GET", "/status"],
  ["GET", "/very/deeply/nested/route/hello/there"],
  ["GET", "/static/*"],
];
const PAIRS = {
  "12 routes": () => SHORT,
  "203 routes": () => github().map(({ method, pattern }) => [method, pattern]),
  "203 generated": () => generated(203),
  "1000 routes": () => generated(1000),
  "10000 routes": () => generated(10_000),
};

/** The tables that every figure is taken for. */
export const TABLES = ["12 routes", "203 routes", "1000 routes", "10000 routes"];

/** Tables made by one rule, to see what size alone costs. */
export const GENERATED = ["203 generated", "1000 routes", "10000 routes"];

/** The routes of a table: method, pattern, and the number that stands for a handler. */
export function routesOf(tableName) {
  return PAIRS[tableName]().map(([method, pattern], value) => ({ method, pattern, value }));
}

function github() {
  return JSON.parse(readFileSync(new URL("../data/routes/github.json", import.meta.url), "utf8")).routes;
}

function generated(count) {
  const routes = [];
  for (let i = 0; routes.length < count; i++) {
    const [a, b] = [WORDS[i % WORDS.length], WORDS[(i * 7 + 3) % WORDS.length]];
    const base = `/api/v${1 + (i % 3)}/${a}s${i < WORDS.length ? "" : `-${i}`}`;
    routes.push(["GET", base], ["POST", base], ["GET", `${base}/:id`], ["PUT", `${base}/:id`]);
    routes.push(["GET", `${base}/:id/${b}s/:${b}Id`], ["GET", `/recent/${a}s/${i}/${b}`], ["DELETE", `${base}/:id`]);
    if (i % 8 === 0) routes.push(["GET", `/files/${a}s/${i}/*`]);
  }
  return routes.slice(0, count);
}
