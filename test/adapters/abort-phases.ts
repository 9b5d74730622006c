import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { App, Context, ContextValues, Reply, StandardSchema } from "../../lib/app/index.ts";
import { isCodedError } from "../../lib/errors/index.ts";

/** What a request has left where a test can see it. */
export interface Probe {
  /** Requests that have come as far as the phase says. */
  reached: number;
  /** Why their signals were aborted. */
  readonly reasons: string[];
  /** Sources that were let go. */
  ended: number;
  /** Errors that handlers saw. */
  readonly errors: string[];
  readonly contexts: WeakRef<object>[];
}

type AnyContext = Context<ContextValues>;

/** A moment in the life of a request at which its client leaves. */
export interface Phase {
  readonly name: string;
  add(app: App, probe: Probe): void;
  /** What the client sends before it leaves. */
  readonly sends: string;
  /** The client leaves when it has read this, else when the request has come so far. */
  readonly until?: RegExp;
  /** A source was begun, and has to be let go. */
  readonly source?: true;
  /** Nobody asks for the signal. */
  readonly unheard?: true;
}

const GET = "GET /x HTTP/1.1\r\nhost: x\r\n\r\n";
const GET_BR = "GET /x HTTP/1.1\r\nhost: x\r\naccept-encoding: br\r\n\r\n";
const HALF = "POST /x HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: 1000\r\n\r\nhalf";
const HALF_CHUNK =
  "POST /x HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n10\r\nhalf";

function watch(c: AnyContext, probe: Probe): void {
  probe.contexts.push(new WeakRef(c));
  const { signal } = c;
  signal.addEventListener("abort", () => probe.reasons.push(codeOf(signal.reason)));
  probe.reached++;
}

const codeOf = (error: unknown): string => (isCodedError(error) ? error.code : String(error));
const leaving = (c: AnyContext): Promise<void> =>
  new Promise((resolve) => c.signal.addEventListener("abort", () => resolve()));

/** Notes what reading fails with, as a handler that logs would. */
async function noting<T>(probe: Probe, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    probe.errors.push(codeOf(error));
    throw error;
  }
}

/** Says something, then waits for what never comes, as a subscription does. */
function subscription(first: string, probe: Probe): AsyncIterable<string> {
  return {
    [Symbol.asyncIterator]: () => {
      let isFirst = true;
      return {
        next: () => {
          const step = isFirst ? Promise.resolve({ done: false as const, value: first }) : new Promise<never>(() => {});
          isFirst = false;
          return step;
        },
        return: async () => {
          probe.ended++;
          return { done: true as const, value: undefined };
        },
      };
    },
  };
}

async function* endless(probe: Probe): AsyncGenerator<string> {
  try {
    for (;;) {
      yield "many bytes of the same kind ".repeat(1000);
      await sleep(0);
    }
  } finally {
    probe.ended++;
  }
}

/** A schema whose check takes as long as the client stays. */
export const slow = (probe: Probe, value: "later" | "never"): StandardSchema => ({
  "~standard": {
    version: 1,
    vendor: "suite",
    validate: async (input) => {
      probe.reached++;
      if (value === "never") await new Promise<never>(() => {});
      await sleep(20);
      return { value: input };
    },
  },
});

const readWhole: Phase["add"] = (app, probe) =>
  app.post("/x", async (c) => {
    watch(c, probe);
    return c.text(await noting(probe, c.readText()));
  });

const answering =
  (reply: (c: AnyContext, probe: Probe) => Reply): Phase["add"] =>
  (app, probe) =>
    app.get("/x", (c) => {
      watch(c, probe);
      return reply(c, probe);
    });

export const PHASES: readonly Phase[] = [
  {
    name: "in middleware, before the handler",
    sends: GET,
    add: (app, probe) => {
      app.use(async (c, next) => {
        watch(c, probe);
        await leaving(c);
        return next();
      });
      app.get("/x", (c) => {
        assert.equal(c.signal.aborted, true);
        return c.text("too late");
      });
    },
  },
  {
    name: "in middleware that waits and never looks at the signal",
    sends: GET,
    unheard: true,
    add: (app, probe) => {
      app.use(async (c, next) => {
        probe.contexts.push(new WeakRef(c));
        probe.reached++;
        await sleep(20);
        return next();
      });
      app.get("/x", (c) => c.text("too late"));
    },
  },
  {
    name: "while its query is being checked",
    sends: GET,
    unheard: true,
    add: (app, probe) => app.get("/x", { query: slow(probe, "later") }, (c) => c.text("too late")),
  },
  {
    name: "while its query is being checked for ever",
    sends: GET,
    unheard: true,
    add: (app, probe) => app.get("/x", { query: slow(probe, "never") }, (c) => c.text("never")),
  },
  {
    name: "in the middle of a body that a schema waits for",
    sends: HALF,
    add: (app, probe) => {
      app.use((c, next) => {
        watch(c, probe);
        return next();
      });
      app.post("/x", { body: slow(probe, "later") }, (c) => c.text("never"));
    },
  },
  {
    name: "in the middle of a body that is read whole",
    sends: HALF,
    add: readWhole,
  },
  {
    name: "in the middle of a chunk of a body",
    sends: HALF_CHUNK,
    add: readWhole,
  },
  {
    name: "in the middle of a body that is read piece by piece",
    sends: HALF,
    add: (app, probe) =>
      app.post("/x", async (c) => {
        const read = async (): Promise<number> => {
          let length = 0;
          for await (const chunk of c.readStream()) {
            length += chunk.length;
            watch(c, probe);
          }
          return length;
        };
        return c.json(await noting(probe, read()));
      }),
  },
  {
    name: "in the middle of a body that nobody reads yet",
    sends: HALF,
    add: (app, probe) =>
      app.post("/x", async (c) => {
        watch(c, probe);
        await leaving(c);
        return c.text(await noting(probe, c.readText()));
      }),
  },
  {
    name: "in the middle of a body that is sent back as it comes",
    sends: HALF,
    until: /half/,
    add: (app, probe) =>
      app.post("/x", (c) => {
        watch(c, probe);
        return c.stream(c.readStream());
      }),
  },
  {
    name: "while a stream waits for its first chunk",
    sends: GET,
    source: true,
    add: (app, probe) =>
      app.get("/x", (c) => {
        watch(c, probe);
        const silent = subscription("", probe)[Symbol.asyncIterator]();
        void silent.next();
        return c.stream({ [Symbol.asyncIterator]: () => silent });
      }),
  },
  {
    name: "while a stream waits for its second chunk",
    sends: GET,
    until: /first/,
    source: true,
    add: answering((c, probe) => c.stream(subscription("first", probe))),
  },
  {
    name: "in the middle of a stream that is faster than its reader",
    sends: GET,
    until: /many/,
    source: true,
    add: answering((c, probe) => c.stream(endless(probe))),
  },
  {
    name: "in the middle of a stream that is compressed",
    sends: GET_BR,
    until: /content-encoding: br[\s\S]*\r\n\r\n[\s\S]/i,
    source: true,
    add: answering((c, probe) => c.stream(endless(probe), { type: "text/plain" })),
  },
  {
    name: "while a compressed stream waits for its source",
    sends: GET_BR,
    until: /content-encoding: br[\s\S]*\r\n\r\n[\s\S]/i,
    source: true,
    add: answering((c, probe) => c.stream(subscription("first", probe), { type: "text/plain" })),
  },
  {
    name: "while its whole reply is being compressed",
    sends: GET_BR,
    unheard: true,
    add: (app, probe) =>
      app.get("/x", (c) => {
        probe.contexts.push(new WeakRef(c));
        probe.reached++;
        return c.text("some text to be made small ".repeat(40_000));
      }),
  },
  {
    name: "in the middle of events",
    sends: GET,
    until: /data: one/,
    source: true,
    add: answering((c, probe) => c.sse(subscription("one", probe))),
  },
  {
    name: "in the middle of events, between heartbeats",
    sends: GET,
    until: /data: one[\s\S]*\n:\n/,
    source: true,
    add: answering((c, probe) => c.sse(subscription("one", probe), { heartbeatMs: 5 })),
  },
  {
    name: "after early hints",
    sends: GET,
    add: (app, probe) =>
      app.get("/x", async (c) => {
        c.request.hint?.(["</a.css>; rel=preload; as=style"]);
        watch(c, probe);
        await leaving(c);
        c.request.hint?.(["</b.css>; rel=preload; as=style"]);
        return c.text("too late");
      }),
  },
  {
    name: "before its handler fails for another reason",
    sends: GET,
    add: (app, probe) =>
      app.get("/x", async (c) => {
        watch(c, probe);
        await leaving(c);
        throw new Error("on its way out");
      }),
  },
  {
    name: "before its source fails as it is let go",
    sends: GET,
    until: /first/,
    source: true,
    add: (app, probe) =>
      app.get("/x", (c) => {
        watch(c, probe);
        const inner = subscription("first", probe)[Symbol.asyncIterator]();
        const end = async (): Promise<never> => {
          await inner.return?.();
          throw new Error("on its way out");
        };
        return c.stream({ [Symbol.asyncIterator]: () => ({ next: () => inner.next(), return: end }) });
      }),
  },
];
