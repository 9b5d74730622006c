import { compile } from "../../lib/router/compile/compile-router.ts";
import { bindDispatch, type Dispatch, generateDispatch } from "../../lib/router/compile/index.ts";
import { createRouter, type Matcher, type Router, type RouterOptions } from "../../lib/router/index.ts";
import { createSlowRouter, type SlowRouter } from "../oracle/router.ts";

/** Anything that finds routes: the tree, its compiled forms, and the oracle. */
export interface Subject {
  readonly name: string;
  create(options?: RouterOptions): SlowRouter;
}

/** Every form of the router. A new one is one line. */
export const ROUTERS: readonly Subject[] = [
  { name: "tree", create: (options) => createRouter<string>(options) },
  snapshotSubject("compiled to code", (router) => compile(router, {}, Number.POSITIVE_INFINITY)),
  snapshotSubject("compiled to packed arrays", (router) => compile(router, {}, 0)),
  snapshotSubject("compiled by a profile", (router) => compile(router, { profile: profileOf(router) }, 6)),
  snapshotSubject("build output", (router) => bindDispatch(router, evaluate(generateDispatch(router).code))),
];

/** Later routes are asked for more often, so that every order is turned round. */
function profileOf(router: Router<string>): Readonly<Record<string, number>> {
  const counts = router
    .routes()
    .flatMap(({ methods, pattern }, i) => methods.map((method) => [`${method} ${pattern}`, i]));
  return Object.fromEntries(counts);
}

/** The dispatch that a generated module exports. */
export function evaluate(code: string): Dispatch {
  return new Function(code.replace("export const dispatch =", "return"))();
}

/** What every form is compared with. */
export const ORACLE: Subject = { name: "oracle", create: (options) => createSlowRouter(options, sampleTexts()) };

/** A form that is made from a finished table: made again on the first search after each change. */
export function snapshotSubject(name: string, take: (router: Router<string>) => Matcher<string>): Subject {
  return {
    name,
    create(options) {
      const router = createRouter<string>(options);
      let matcher: Matcher<string> | undefined;
      const current = (): Matcher<string> => {
        matcher ??= take(router);
        return matcher;
      };
      return {
        add(method, pattern, value, more) {
          router.add(method, pattern, value, more);
          matcher = undefined;
        },
        remove(method, pattern, constraints) {
          matcher = undefined;
          return router.remove(method, pattern, constraints);
        },
        find: (method, path, request) => current().find(method, path, request),
        allowed: (path, request) => current().allowed(path, request),
      };
    },
  };
}

/** Every text of up to four characters over an alphabet that tells the suite's constraints apart. */
export function sampleTexts(): readonly string[] {
  const units = ["1", "a", "b", "-", ".", "A"];
  let longest: readonly string[] = [""];
  const texts: string[] = [];
  for (let size = 1; size <= 4; size++) {
    longest = longest.flatMap((text) => units.map((unit) => text + unit));
    texts.push(...longest);
  }
  return texts;
}
