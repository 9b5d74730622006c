import Router from "router";
import { bySpecificity } from "./by-specificity.mjs";

/** The router of Express 5 on its own: a request object per search, and a handler that notes what was found. */
export const subject = {
  wildcard: "path",
  create(routes) {
    const router = new Router({ caseSensitive: true, strict: true });
    for (const { method, pattern, value } of bySpecificity(routes)) {
      router[method.toLowerCase()](pattern.replace("*", "*path"), (request, response) => {
        response.found = { value, params: request.params };
      });
    }
    return (method, path) => {
      const response = { found: undefined };
      router.handle({ method, url: path }, response, ignore);
      return response.found;
    };
  },
  read(found) {
    if (found === undefined) return undefined;
    const { path, ...params } = found.params; // a wildcard's value is a list of segments
    return { value: found.value, params: path === undefined ? params : { ...params, path: path.join("/") } };
  },
};

function ignore(error) {
  if (error) throw error;
}
