// The same application for each subject: a typed handler per route that reads every parameter, and lines that must
// not compile, because a parameter is misspelt.

/** Each subject makes the text of a module from routes. */
export const subjects = {
  "untyped (the cost of the module itself)": untyped,
  busbar,
  rou3,
  "hono, one statement per route": honoStatements,
  "hono, chains of 50": honoChains,
};

const CHAIN = 50;
const MUST_FAIL = "// @ts-expect-error: there is no such parameter";

function untyped(routes) {
  return [
    "declare function add(method: string, pattern: string, handler: (params: Record<string, string>) => unknown): void;",
    ...routes.map(({ method, pattern }) => `add("${method}", "${pattern}", (params) => ${list(pattern, "params")});`),
  ];
}

function busbar(routes) {
  return [
    `import { createRouter, type RouteParams } from "busbar/router";`,
    "const router = createRouter<number>();",
    ...routes.flatMap(({ method, pattern }, i) => [
      `const route${i} = router.add("${method}", "${pattern}", ${i});`,
      `export const handle${i} = (params: RouteParams<typeof route${i}>): string[] => ${list(pattern, "params")};`,
    ]),
    ...probes(routes).map(
      (i) => `${MUST_FAIL}\nexport const wrong${i} = (p: RouteParams<typeof route${i}>): string => p.wrong;`,
    ),
  ];
}

function rou3(routes) {
  const patterns = routes.map(({ pattern }) => pattern.replace("*", "**:path"));
  return [
    `import { addRoute, createRouter, type InferRouteParams } from "rou3";`,
    "const router = createRouter<number>();",
    ...routes.flatMap(({ method, pattern }, i) => [
      `addRoute(router, "${method}", "${patterns[i]}", ${i});`,
      `export const handle${i} = (params: InferRouteParams<"${patterns[i]}">): string[] => ${list(pattern, "params", "path")};`,
    ]),
    ...probes(routes).map(
      (i) => `${MUST_FAIL}\nexport const wrong${i} = (p: InferRouteParams<"${patterns[i]}">): string => p.wrong;`,
    ),
  ];
}

function honoStatements(routes) {
  return [
    `import { Hono } from "hono";`,
    "const app = new Hono();",
    ...routes.map((route) => `app${honoRoute(route)};`),
    ...probes(routes).map((i) => `app${honoProbe(routes[i])};`),
  ];
}

// one chain of 1,000 is more than the compiler's stack holds
function honoChains(routes) {
  const calls = [...routes.map(honoRoute), ...probes(routes).map((i) => honoProbe(routes[i]))];
  const chains = Array.from({ length: Math.ceil(calls.length / CHAIN) }, (_, i) => {
    const chain = calls.slice(i * CHAIN, (i + 1) * CHAIN);
    return `export const app${i} = new Hono()\n${chain.join("\n")};`;
  });
  return [`import { Hono } from "hono";`, ...chains];
}

function honoRoute({ method, pattern }) {
  const reads = names(pattern, "path").map((name) => `c.req.param("${name}")`);
  return `.${method.toLowerCase()}("${pattern.replace("*", ":path{.+}")}", (c) => c.json<string[]>([${reads.join(", ")}]))`;
}

function honoProbe({ method, pattern }) {
  const path = pattern.replace("*", ":path{.+}");
  return `.${method.toLowerCase()}("${path}", (c) => {\n${MUST_FAIL}\nconst wrong: string = c.req.param("wrong");\nreturn c.text(wrong);\n})`;
}

// some routes with parameters, from all over the table
function probes(routes) {
  const dynamic = routes.flatMap(({ pattern }, i) => (/[:*]/.test(pattern) ? [i] : []));
  return [0.1, 0.5, 0.9].map((share) => dynamic[Math.floor(dynamic.length * share)]);
}

function list(pattern, object, wildcard = "*") {
  return `[${names(pattern, wildcard)
    .map((name) => `${object}["${name}"]`)
    .join(", ")}]`;
}

function names(pattern, wildcard) {
  return [...pattern.matchAll(/:(\w+)|\*/g)].map(([, name]) => name ?? wildcard);
}
