import { RegExpRouter } from "hono/router/reg-exp-router";
import { cutQuery } from "./cut-query.mjs";

export const subject = {
  wildcard: "path",
  create(routes, options) {
    const router = new RegExpRouter();
    for (const { method, pattern, value } of routes) router.add(method, pattern.replace("*", ":path{.+}"), value);
    return cutQuery((method, path) => {
      const [handlers, stash] = router.match(method, path);
      const first = handlers[0];
      if (first === undefined) return undefined;
      // the router hands out positions; the object of parameters is made by hono's request, so it is made here
      const params = {};
      for (const name in first[1]) {
        const value = stash[first[1][name]];
        params[name] = value.includes("%") ? decodeURIComponent(value) : value;
      }
      return { value: first[0], params };
    }, options);
  },
  read: (found) => found,
};
