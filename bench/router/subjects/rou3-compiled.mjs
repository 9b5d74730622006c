import { compileRouter } from "rou3/compiler";
import { cutQuery } from "./cut-query.mjs";
import { decodeParams } from "./decode-params.mjs";
import { rou3Routes } from "./rou3-routes.mjs";

export const subject = {
  wildcard: "path",
  create(routes, options) {
    const find = compileRouter(rou3Routes(routes));
    return cutQuery((method, path) => {
      const found = find(method, path);
      if (found !== undefined) decodeParams(found.params);
      return found;
    }, options);
  },
  read: (found) => found && { value: found.data, params: found.params },
};
