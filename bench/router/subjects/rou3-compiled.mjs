import { compileRouter } from "rou3/compiler";
import { decodeParams } from "./decode-params.mjs";
import { rou3Routes } from "./rou3-routes.mjs";

export const subject = {
  wildcard: "path",
  create(routes) {
    const find = compileRouter(rou3Routes(routes));
    return (method, path) => {
      const found = find(method, path);
      if (found !== undefined) decodeParams(found.params);
      return found;
    };
  },
  read: (found) => found && { value: found.data, params: found.params },
};
