import { Memoirist } from "memoirist";
import { cutQuery } from "./cut-query.mjs";

export const subject = {
  wildcard: "*",
  create(routes, options) {
    const router = new Memoirist({ onParam: (value) => (value.includes("%") ? decodeURIComponent(value) : value) });
    for (const { method, pattern, value } of routes) router.add(method, pattern, value);
    return cutQuery((method, path) => router.find(method, path), options);
  },
  read: (found) => (found === null ? undefined : { value: found.store, params: found.params }),
};
