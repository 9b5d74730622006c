const HOST = /^(?:([\w-]+(?:\.[\w-]+)*)\.?|(\[[0-9a-f:.]+\]))(?::(\d{0,12}))?$/i;

/** Whether a request's host fits a route's, read with the host's own regular expressions. */
export function fitsHost(constraint: string | RegExp, host: string): boolean {
  const found = read(host);
  if (found === undefined) return false;
  if (typeof constraint !== "string") return new RegExp(constraint.source, "i").test(found.name);
  const star = constraint.startsWith("*.");
  const wanted = read(star ? constraint.slice(2) : constraint);
  if (wanted === undefined) throw new Error(`not a constraint: ${constraint}`);
  if (wanted.port !== undefined && wanted.port !== found.port) return false;
  if (!star) return wanted.name === found.name;
  const labels = found.name.split(".");
  return labels.some((_, i) => i > 0 && labels.slice(i).join(".") === wanted.name);
}

function read(text: string): { readonly name: string; readonly port: number | undefined } | undefined {
  const found = text.length <= 255 ? HOST.exec(text) : null;
  if (found === null) return undefined;
  const port = found[3] ? Number(found[3]) : undefined;
  if (port !== undefined && port > 65535) return undefined;
  return { name: (found[1] ?? found[2] ?? "").toLowerCase(), port };
}
