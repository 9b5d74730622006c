import { type Context, type Middleware, stateKey } from "busbar/app";

/** Somebody with a cookie. Nothing is known of a visitor but that it is the same one as before. */
export type Visitor = Readonly<Record<never, never>>;

const current = stateKey<Visitor>("visitor");
const COOKIE = "visitor";

/** Gives each visitor a cookie, and remembers this many of them: the one who was away for longest is forgotten first. */
export function rememberVisitors(maxVisitors: number): Middleware {
  const known = new Map<string, Visitor>();
  return (c, next) => {
    let id = c.cookies[COOKIE] ?? "";
    const before = known.get(id);
    known.delete(id); // and added again below: a Map keeps the order of additions
    if (before === undefined) {
      id = Buffer.from(c.platform.random(16)).toString("hex");
      c.setCookie(COOKIE, id);
    }
    const visitor = before ?? {};
    known.set(id, visitor);
    for (const [oldest] of known) {
      if (known.size <= maxVisitors) break;
      known.delete(oldest);
    }
    c.set(current, visitor);
    return next();
  };
}

/** Data of which each visitor has a copy. It goes with the visitor. */
export function perVisitor<T extends object>(make: () => T): (c: Pick<Context, "get">) => T {
  const copies = new WeakMap<Visitor, T>();
  return (c) => {
    const visitor = c.get(current);
    const copy = copies.get(visitor) ?? make();
    copies.set(visitor, copy);
    return copy;
  };
}
