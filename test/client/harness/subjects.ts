import { bundles, doors } from "../../../.ci/doors.mjs";
import type { Subject } from "./run.ts";

/** A subject and what it is loaded from: modules of the source, or files in dist/client. */
export interface LoadedSubject extends Subject {
  readonly modules: readonly string[];
  readonly files: readonly string[];
}

const extras = ["plus", "page", "morph"] as const;
const built = extras.filter((name) => `busbar-${name}.min.js` in bundles);
const written: Readonly<Record<string, string>> = doors;

/** What every case runs against. */
export const subjects: readonly LoadedSubject[] = [
  {
    name: "source",
    prefix: "bus-",
    has: extras.filter((name) => `client/${name}` in doors),
    modules: ["client", ...extras.map((name) => `client/${name}`)].flatMap((door) => written[door] ?? []),
    files: [],
  },
  { name: "minified core", prefix: "bus-", has: [], modules: [], files: ["busbar.min.js"] },
  {
    name: "minified core, plus, page and morph",
    prefix: "bus-",
    has: built,
    modules: [],
    files: ["busbar.min.js", ...built.map((name) => `busbar-${name}.min.js`)],
  },
  { name: "the build for pages that come from htmx", prefix: "hx-", has: [], modules: [], files: ["busbar-hx.min.js"] },
  {
    name: "the build for pages that come from htmx, with plus, page and morph",
    prefix: "hx-",
    has: built,
    modules: [],
    files: ["busbar-hx.min.js", ...built.map((name) => `busbar-hx-${name}.min.js`)],
  },
];
