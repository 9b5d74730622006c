/** What is left of a URL below the prefix; `undefined` when it is not below it. */
export type Strip = (url: string) => string | undefined;

/**
 * Cuts a prefix off as Fastify has matched it: decoded, and by the server's options without regard to case and doubled slashes.
 * What it is more generous about than the server cannot matter, since Fastify asks only below the prefix.
 */
export function createStrip(prefix: string): Strip {
  const wanted = prefix.split("/").slice(1).map(foldSegment);
  return (given) => {
    if (prefix === "" && given.startsWith("/")) return given;
    const url = given.replace(/^https?:\/\/[^/?#]*/i, ""); // a proxy's absolute form names the same resource
    let at = 0;
    for (const segment of wanted) {
      if (url[at] !== "/") return undefined;
      while (url[at + 1] === "/") at++;
      const length = url.slice(at + 1).search(/[/?#]/);
      const end = length < 0 ? url.length : at + 1 + length;
      if (foldSegment(url.slice(at + 1, end)) !== segment) return undefined;
      at = end;
    }
    const rest = url.slice(at);
    return rest.startsWith("/") ? rest : `/${rest}`;
  };
}

function foldSegment(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment).toLowerCase();
  } catch {
    return undefined;
  }
}
