import createFindMyWay from "find-my-way";

export const subject = {
  wildcard: "*",
  create(routes) {
    const router = createFindMyWay({ querystringParser: () => undefined });
    for (const { method, pattern, value } of routes) router.on(method, pattern, () => {}, { value });
    return (method, path) => router.find(method, path);
  },
  read: (found) => (found === null ? undefined : { value: found.store.value, params: found.params }),
};
