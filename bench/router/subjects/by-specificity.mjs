/** For routers where the first route that fits wins: the most specific ones first, as a careful user would add them. */
export function bySpecificity(routes) {
  return [...routes].sort((a, b) => (rank(a.pattern) < rank(b.pattern) ? -1 : 1));
}

function rank(pattern) {
  const segments = pattern.slice(1).split("/");
  return segments.map((segment) => (segment === "*" ? "2" : segment.startsWith(":") ? "1" : "0")).join("");
}
