import type { RouteAnalysis, RouteFinding, RouteStatistics } from "../../lib/router/analyze/index.ts";
import type { PrintableRoute } from "../../lib/router/index.ts";

/** What `check` prints: one block for each finding, then what could not be looked at. */
export function findingsText({ conflicts, unreachable, notAnalysed }: RouteAnalysis): string {
  const findings = [...conflicts, ...unreachable];
  const blocks = findings.map(findingText);
  const skipped = notAnalysed.map(
    ({ route, reason }) => `not analysed: ${routeText(route.route)}\n  reason   ${safe(reason)}`,
  );
  const count =
    findings.length === 0 ? "no conflicts" : `${findings.length} ${findings.length === 1 ? "conflict" : "conflicts"}`;
  return [...blocks, ...skipped, count].join("\n\n");
}

function findingText({ kind, route, by, methods, witness, fix }: RouteFinding): string {
  return [
    `${kind}: ${routeText({ ...route.route, methods })}`,
    ...by.map((winner) => `  by       ${routeText(winner.route)}`),
    `  witness  ${safe(witness)}`,
    `  fix      ${safe(fix.text)}`,
  ].join("\n");
}

function routeText({ methods, pattern }: PrintableRoute): string {
  return safe(`${methods.join(" ")} ${pattern}`);
}

/** What `stats` prints. */
export function statisticsText(statistics: RouteStatistics): string {
  const { routes, methods, depth, staticShare, fanOut, estimatedBytes, hot } = statistics;
  const counts = Object.entries(methods).map(([method, count]) => `${method} ${count}`);
  const lines = [
    ["routes", String(routes)],
    ["methods", safe(counts.join(", "))],
    ["depth", spread(depth)],
    ["static share", `${(staticShare * 100).toFixed(1)}%`],
    ["fan-out", spread(fanOut)],
    ["memory", `about ${estimatedBytes} bytes`],
    ...hot.map(({ key, count }, i) => [i === 0 ? "hot" : "", `${safe(key)}  ${count}`]),
  ];
  return lines.map(([name = "", value = ""]) => `${name.padEnd(14)}${value}`).join("\n");
}

function spread({ max, mean }: { readonly max: number; readonly mean: number }): string {
  return `at most ${max}, ${mean.toFixed(1)} on average`;
}

/** A route as it may be printed. */
export function safeRoute({ methods, pattern, name }: PrintableRoute): PrintableRoute {
  return { methods: methods.map(safe), pattern: safe(pattern), name: name === undefined ? undefined : safe(name) };
}

/** Text from a table on one line, and without what a terminal would obey. */
export function safe(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
