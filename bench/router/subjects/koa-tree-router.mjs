import KoaTreeRouter from "koa-tree-router";
import { cutQuery } from "./cut-query.mjs";

export const subject = {
  wildcard: "*",
  create(routes, options) {
    const router = new KoaTreeRouter();
    for (const { method, pattern, value } of routes) {
      const names = pattern.match(/(?<=:)\w+|\*/g) ?? [];
      router.on(method, samePlaceSameName(pattern), { value, names });
    }
    return cutQuery((method, path) => {
      const { handle, params } = router.find(method, path);
      if (handle === null) return undefined;
      const [{ value, names }] = handle;
      return { value, params: named(names, params) };
    }, options);
  },
  read: (found) => found,
};

// it refuses two names for the parameter of one place, so routes keep their own names beside the table
function samePlaceSameName(pattern) {
  let place = 0;
  return pattern.replace(/:\w+/g, () => `:p${place++}`).replace("*", "*path");
}

// what its middleware does with the list it finds, plus decoding
function named(names, found) {
  const params = {};
  for (let i = 0; i < found.length; i++) {
    const { value } = found[i];
    const text = names[i] === "*" ? value.slice(1) : value; // a wildcard's value begins with the slash before it
    params[names[i]] = text.includes("%") ? decodeURIComponent(text) : text;
  }
  return params;
}
