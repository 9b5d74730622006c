import { addRoute, createRouter } from "rou3";

/** A rou3 table; its wildcard that needs a slash before it is a catch-all with a name. */
export function rou3Routes(routes) {
  const router = createRouter();
  for (const { method, pattern, value } of routes) addRoute(router, method, pattern.replace("*", "**:path"), value);
  return router;
}
