import { bySpecificity } from "./by-specificity.mjs";
import { cutQuery } from "./cut-query.mjs";

/** One of hono's routers as a subject; a wildcard that needs a slash before it is a constrained parameter there. */
export function honoSubject(createRouter) {
  return {
    wildcard: "path",
    create(routes, options) {
      const router = createRouter();
      for (const { method, pattern, value } of bySpecificity(routes)) {
        router.add(method, pattern.replace("*", ":path{.+}"), value);
      }
      return cutQuery((method, path) => {
        const [handlers, stash] = router.match(method, path);
        const first = handlers[0];
        if (first === undefined) return undefined;
        return { value: first[0], params: stash === undefined ? decoded(first[1]) : unpacked(first[1], stash) };
      }, options);
    },
    read: (found) => found,
  };
}

// the routers hand out texts, or positions in a list of texts; hono's request makes the object of decoded parameters
// from them, so it is made here
function decoded(texts) {
  const params = {};
  for (const name in texts) params[name] = decode(texts[name]);
  return params;
}

function unpacked(positions, stash) {
  const params = {};
  for (const name in positions) params[name] = decode(stash[positions[name]]);
  return params;
}

function decode(value) {
  return value.includes("%") ? decodeURIComponent(value) : value;
}
