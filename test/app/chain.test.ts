import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { type Context, createApp, type Middleware, type Reply } from "../../lib/app/index.ts";
import { isCodedError } from "../../lib/errors/index.ts";
import { fakePlatform } from "./guards/kit.ts";
import { line } from "./requests.ts";

/** What a step does, and whether it does it in an async function. */
const KINDS = ["pass", "change", "push", "refuse", "catch", "throw", "twice"] as const;
type Kind = (typeof KINDS)[number];
interface Step {
  readonly kind: Kind;
  readonly late: boolean;
}

const changed = (reply: Reply, at: number): Reply => ({ ...reply, body: `${reply.body}${at}` });

/** The step as middleware. */
function stepOf({ kind, late }: Step, at: number): Middleware {
  if (late) {
    return async (c, next) => {
      if (kind === "refuse") return c.text(`refused ${at}`, 403);
      if (kind === "throw") throw new Error(`thrown ${at}`);
      try {
        const reply = await next();
        if (kind === "twice") await next();
        return settled(kind, reply, at);
      } catch (error) {
        if (kind !== "catch") throw error;
        return c.text(`caught ${at}`, 500);
      }
    };
  }
  return (c, next) => {
    if (kind === "refuse") return c.text(`refused ${at}`, 403);
    if (kind === "throw") throw new Error(`thrown ${at}`);
    const onError = (error: unknown): Reply => {
      if (kind !== "catch") throw error;
      return c.text(`caught ${at}`, 500);
    };
    try {
      const reply = next();
      if (kind === "twice") return "then" in reply ? reply.then(() => next()) : next();
      if (kind === "pass") return reply;
      if (!("then" in reply)) return settled(kind, reply, at);
      return reply.then((whole) => settled(kind, whole, at), onError);
    } catch (error) {
      return onError(error);
    }
  };
}

function settled(kind: Kind, reply: Reply, at: number): Reply {
  if (kind === "push") reply.headers.push([`x-${at}`, "1"]);
  return kind === "change" ? changed(reply, at) : reply;
}

/** What comes out, by recursion: no step is shared, nothing is passed over. */
function expected(steps: readonly Step[], at = 0): { readonly text: string } | { readonly error: string } {
  const step = steps[at];
  if (step === undefined) return { text: "200 end" };
  if (step.kind === "refuse") return { text: `403 refused ${at}` };
  if (step.kind === "throw") return { error: `thrown ${at}` };
  const inner = expected(steps, at + 1);
  if (step.kind === "catch" && "error" in inner) return { text: `500 caught ${at}` };
  if ("error" in inner) return inner;
  if (step.kind === "twice") return { error: "APP_NEXT_TWICE" };
  return step.kind === "change" ? { text: `${inner.text}${at}` } : inner;
}

describe("chains", () => {
  const steps = fc.array(fc.record({ kind: fc.constantFrom(...KINDS), late: fc.boolean() }), { maxLength: 7 });

  test("give what their steps give, sync, async and mixed, asked more than once", async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.boolean(), async (list, late) => {
        const app = createApp();
        app.use(...list.map(stepOf));
        app.get("/", late ? async (c) => c.text("end") : (c) => c.text("end"));
        const wanted = expected(list);
        for (let i = 0; i < 3; i++) {
          const got = await line(app, "GET", "/").then(
            (text) => ({ text }),
            (error: unknown) => ({ error: isCodedError(error) ? error.code : (error as Error).message }), // cast: steps throw errors
          );
          assert.deepEqual(got, wanted);
        }
      }),
    );
  });

  test("refuse a reply that a step has spoilt on its way, however many hand it on", async () => {
    for (const late of [false, true]) {
      const app = createApp();
      const spoil: Middleware = (_c, next) => {
        const reply = next();
        return "then" in reply
          ? reply.then((whole) => Object.assign(whole, { status: 99 }))
          : Object.assign(reply, { status: 99 });
      };
      app.use(
        (_c, next) => next(),
        (_c, next) => next(),
        spoil,
        (_c, next) => next(),
      );
      app.get("/", late ? async (c) => c.text("end") : (c) => c.text("end"));
      await assert.rejects(
        async () => line(app, "GET", "/"),
        (error) => isCodedError(error) && error.code === "APP_BAD_REPLY",
      );
    }
  });

  test("hand one promise on through sync steps between", () => {
    const app = createApp();
    const seen: unknown[] = [];
    const see: Middleware = (_c, next) => {
      const reply = next();
      seen.push(reply);
      return reply;
    };
    app.use(see, see, see);
    app.get("/", async (c) => c.text("end"));
    return line(app, "GET", "/").then(() => assert.equal(new Set(seen).size, 1));
  });

  test("tell the platform of what a sync step's dropped promise fails with, and leave the process alone", async () => {
    const reported: unknown[] = [];
    const unheard: unknown[] = [];
    const listener = (error: unknown): void => void unheard.push(error);
    process.on("unhandledRejection", listener);
    const app = createApp({ platform: { ...fakePlatform(), report: (error) => void reported.push(error) } });
    const drop =
      (finish: (c: Context) => Reply): Middleware =>
      (c, next) => {
        void next();
        return finish(c);
      };
    const fail = (): never => {
      throw new Error("the step's own");
    };
    app.get("/replies", { use: drop((c) => c.text("own")) }, () => Promise.reject(new Error("late 1")));
    app.get("/throws", { use: drop(fail) }, () => Promise.reject(new Error("late 2")));
    app.get("/fine", { use: drop((c) => c.text("own")) }, async (c) => c.text("late"));
    assert.equal(await line(app, "GET", "/replies"), "200 own");
    await assert.rejects(async () => line(app, "GET", "/throws"), /the step's own/);
    assert.equal(await line(app, "GET", "/fine"), "200 own");
    await new Promise((resolve) => setImmediate(resolve)); // rejections nobody hears are told by then
    process.off("unhandledRejection", listener);
    assert.deepEqual(reported.map(String), ["Error: late 1", "Error: late 2"]);
    assert.deepEqual(unheard, []);
  });
});
