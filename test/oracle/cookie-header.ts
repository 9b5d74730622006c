/** Cookies as RFC 6265bis has a browser keep and send them, decoded; the slow and obvious way. */
export function cookieHeaderOracle(header: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const part of header.split(";")) {
    const [name, ...rest] = part.split("=");
    if (name === undefined || rest.length === 0) continue;
    const key = strip(name);
    if (key === "" || found.has(key)) continue;
    const value = strip(rest.join("="));
    found.set(key, decoded(value.length > 1 && /^".*"$/s.test(value) ? value.slice(1, -1) : value));
  }
  const sent = [...found];
  for (const prefix of ["__Secure-", "__Host-"]) {
    for (const [name, value] of sent) {
      const bare = name.slice(prefix.length);
      if (name.startsWith(prefix) && bare !== "" && !/^__(Host|Secure)-/i.test(bare)) found.set(bare, value);
    }
  }
  return found;
}

function strip(text: string): string {
  const letters = [...text];
  while (letters[0] === " " || letters[0] === "\t") letters.shift();
  while (letters.at(-1) === " " || letters.at(-1) === "\t") letters.pop();
  return letters.join("");
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
