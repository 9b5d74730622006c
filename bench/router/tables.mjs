// Route tables, and requests with the answers they must get.

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
const MIN_REQUESTS = 64;

/** Every table with its requests by kind. */
export function createTables(github) {
  const sized = [
    ["12 routes", SHORT],
    ["203 routes", github.map(({ method, pattern }) => [method, pattern])],
    ["1000 routes", generated(1000)],
  ];
  return sized.map(([name, pairs]) => {
    const routes = pairs.map(([method, pattern], value) => ({ method, pattern, value }));
    return { name, routes, requests: createRequests(routes) };
  });
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

function createRequests(routes) {
  const isStatic = ({ pattern }) => !/[:*]/.test(pattern);
  const statics = routes.filter(isStatic);
  const fixed = spread(statics).map((route, i) => {
    const query = statics.length < MIN_REQUESTS ? `?page=${i}` : ""; // few paths: queries make the strings differ
    return request(routes, route.method, route.pattern + query);
  });
  const dynamic = spread(routes.filter((route) => !isStatic(route))).map((route, i) =>
    request(routes, route.method, fill(route.pattern, i)),
  );
  const misses = spread(routes).map((route, i) => {
    const path = fill(route.pattern, i);
    return i % 2 === 0 ? request(routes, "PURGE", path) : request(routes, route.method, `${path}/none-${i}`);
  });
  const kept = misses.filter(({ expected }) => expected === undefined);
  return { static: fixed, params: dynamic, misses: kept, mixed: interleave([fixed, dynamic, kept]) };
}

// At least enough requests, each route in turn, in an order that does not follow the table's.
function spread(routes) {
  const count = Math.max(MIN_REQUESTS * 2, routes.length);
  return Array.from({ length: count }, (_, i) => routes[(i * 37) % routes.length]);
}

function fill(pattern, seed) {
  let i = seed;
  return pattern.replace(/:\w+/g, () => value(i++)).replace("*", `css/v${seed}/site.css`);
}

function value(seed) {
  return seed % 8 === 5 ? `caf%C3%A9-${seed}%20x` : `${["item", "j.doe", "x", "7f3a"][seed % 4]}${seed * 31}`;
}

function interleave(lists) {
  const size = Math.max(...lists.map((list) => list.length));
  return Array.from({ length: size }, (_, i) => lists.map((list) => list[i % list.length])).flat();
}

function request(routes, method, path) {
  return { name: `${method} ${path}`, method, path, expected: slowFind(routes, method, path) };
}

/** The oracle: scans the list and compares all that match, segment by segment, static before param before wildcard. */
function slowFind(routes, method, path) {
  const given = path.split("?")[0].slice(1).split("/").map(decodeURIComponent);
  const matches = routes.flatMap((route) => {
    const params = route.method === method ? match(route.pattern.slice(1).split("/"), given) : undefined;
    return params === undefined ? [] : [{ value: route.value, params, rank: rank(route.pattern) }];
  });
  matches.sort((a, b) => (a.rank < b.rank ? -1 : 1));
  return matches[0] && { value: matches[0].value, params: matches[0].params };
}

function match(wanted, given) {
  const params = {};
  for (const [i, segment] of wanted.entries()) {
    if (segment === "*") return given.length > i ? { ...params, "*": given.slice(i).join("/") } : undefined;
    if (given[i] === undefined) return undefined;
    if (segment.startsWith(":")) params[segment.slice(1)] = given[i];
    else if (segment !== given[i]) return undefined;
  }
  return wanted.length === given.length ? params : undefined;
}

function rank(pattern) {
  return pattern
    .slice(1)
    .split("/")
    .map((segment) => (segment === "*" ? "2" : segment.startsWith(":") ? "1" : "0"))
    .join("");
}
