/**
 * Our router as a subject; the test passes functions from source, the bench the built ones.
 * @param compile - Makes a matcher of the filled router; without it the router itself is asked.
 */
export function busbarSubject(createRouter, compile = (router) => router) {
  return {
    wildcard: "*",
    create(routes) {
      const router = createRouter();
      for (const { method, pattern, value } of routes) router.add(method, pattern, value);
      const matcher = compile(router);
      return (method, path) => matcher.find(method, path);
    },
    read: (found) => found && { value: found.value, params: found.params },
  };
}
