import { Memoirist } from "memoirist";

export const subject = {
  wildcard: "*",
  create(routes) {
    const router = new Memoirist({ onParam: (value) => (value.includes("%") ? decodeURIComponent(value) : value) });
    for (const { method, pattern, value } of routes) router.add(method, pattern, value);
    return (method, path) => router.find(method, path);
  },
  read: (found) => (found === null ? undefined : { value: found.store, params: found.params }),
};
