// The slow, obvious router: scans the whole list, compares all that match, segment by segment, static before param
// before wildcard.

const COLON = 58;

/** Splits the patterns once: at 10,000 routes the scan is asked 10,000 times. */
export function prepare(routes) {
  return routes.map(({ method, pattern, value }) => {
    const segments = pattern.slice(1).split("/");
    return { method, segments, value, rank: segments.map(rank).join("") };
  });
}

/** What a request must find. */
export function findSlowly(table, method, path) {
  const given = path.split("?")[0].slice(1).split("/").map(decodeURIComponent);
  const matches = [];
  for (const route of table) {
    const params = route.method === method ? match(route.segments, given) : undefined;
    if (params !== undefined) matches.push({ route, params });
  }
  matches.sort((a, b) => (a.route.rank < b.route.rank ? -1 : 1));
  return matches[0] && { value: matches[0].route.value, params: matches[0].params };
}

function rank(segment) {
  if (segment === "*") return "2";
  return segment.startsWith(":") ? "1" : "0";
}

function match(wanted, given) {
  if (!fits(wanted, given)) return undefined; // nearly always: nothing is made before that is known
  const params = {};
  for (let i = 0; i < wanted.length; i++) {
    if (wanted[i] === "*") params["*"] = given.slice(i).join("/");
    else if (wanted[i].startsWith(":")) params[wanted[i].slice(1)] = given[i];
  }
  return params;
}

function fits(wanted, given) {
  if (wanted.length > given.length) return false;
  for (let i = 0; i < wanted.length; i++) {
    const segment = wanted[i];
    if (segment === "*") return true;
    if (segment !== given[i] && segment.charCodeAt(0) !== COLON) return false;
  }
  return wanted.length === given.length;
}
