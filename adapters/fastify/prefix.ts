/** What is left of a URL below the prefix; `undefined` when it is not below it. */
export type Strip = (url: string) => string | undefined;

/**
 * Cuts a prefix off as Fastify has matched it: decoded, by the server's options without regard to case and doubled slashes, and with anything in
 * the place of a parameter.
 * What it is more generous about than the server cannot matter, since Fastify asks only below the prefix.
 */
export function createStrip(prefix: string): Strip {
  const wanted = prefix
    .split("/")
    .slice(1)
    .map((segment) => (hasParams(segment) ? ANYTHING : foldSegment(segment)));
  return (given) => {
    if (prefix === "" && given.startsWith("/")) return given;
    const url = given.replace(ORIGIN, ""); // a proxy's absolute form names the same resource
    let at = 0;
    for (const segment of wanted) {
      if (url[at] !== "/") return undefined;
      while (segment !== ANYTHING && url[at + 1] === "/") at++;
      const length = url.slice(at + 1).search(/[/?#]/);
      const end = length < 0 ? url.length : at + 1 + length;
      const text = url.slice(at + 1, end);
      if (segment === ANYTHING ? text === "" : foldSegment(text) !== segment) return undefined;
      at = end;
    }
    const rest = url.slice(at);
    return rest.startsWith("/") ? rest : `/${rest}`;
  };
}

/** The prefix; with parameters, as it stands in this URL, of which the rest was cut off. */
export function baseOf(prefix: string, url: string, rest: string): string {
  if (!hasParams(prefix)) return prefix;
  const path = url.replace(ORIGIN, "").replace(TAIL, "");
  const inner = rest.replace(TAIL, "");
  return path.endsWith(inner) ? path.slice(0, -inner.length) : path; // below /a/b, the request for /a/b is one for /
}

/** For parameters Fastify alone knows what fits. */
function hasParams(text: string): boolean {
  return /[:*]/.test(text);
}

const ORIGIN = /^https?:\/\/[^/?#]*/i;
const TAIL = /[?#].*$/s;
const ANYTHING = Symbol("anything");

function foldSegment(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment).toLowerCase();
  } catch {
    return undefined;
  }
}
