import createFindMyWay from "find-my-way";

/** find-my-way as a subject, as it is or compiled; it decodes by itself, and is told not to parse the query. */
export function findMyWaySubject({ compiled }) {
  return {
    wildcard: "*",
    create(routes) {
      const router = createFindMyWay({ querystringParser: () => undefined });
      for (const { method, pattern, value } of routes) router.on(method, pattern, () => {}, { value });
      if (compiled) router.compile();
      return (method, path) => router.find(method, path);
    },
    read: (found) => (found === null ? undefined : { value: found.store.value, params: found.params }),
  };
}
