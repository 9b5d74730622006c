/** Our router as a subject; the test passes the one from source, the bench the built one. */
export function busbarSubject(createRouter) {
  return {
    wildcard: "*",
    create(routes) {
      const router = createRouter();
      for (const { method, pattern, value } of routes) router.add(method, pattern, value);
      return (method, path) => router.find(method, path);
    },
    read: (found) => found && { value: found.value, params: found.params },
  };
}
