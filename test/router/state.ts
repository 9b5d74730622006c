import type { Router } from "../../lib/router/index.ts";
import { outcome } from "./suite.ts";

const PROBES = [
  "/",
  "/a",
  "/b",
  "/a/",
  "/a/b",
  "/a/7",
  "/7",
  "/é",
  "/x/m/y",
  "/a-b",
  "/a.b",
  "/12-3",
  "/h",
  "/7/z",
  "/%zz",
];
const METHODS = ["GET", "HEAD", "POST", "PUT", "PURGE", "__proto__"];

/** What a router shows of itself: its routes, how it prints, what it finds. Equal before and after what was refused. */
export function stateOf(router: Router<string>): unknown {
  return {
    printed: router.print(),
    routes: router.routes().map(({ methods, pattern, value, name }) => [methods, pattern, value, name]),
    found: PROBES.map((path) => METHODS.map((method) => outcome(router, method, path))),
  };
}
