import { setTimeout as sleep } from "node:timers/promises";
import type { App } from "../../lib/app/index.ts";
import type { Witness } from "./suite-app.ts";

const CHUNK = new Uint8Array(64 * 1024).fill(97);

/** Routes for what streams do. */
export function addStreams(app: App, witness: Witness): void {
  addWholeStreams(app);
  addWatchedStreams(app, witness);
  addBrokenStreams(app);
  app.get("/events", (c) => {
    async function* events(): AsyncGenerator<{ data: string; id: string; event?: string } | string> {
      yield { id: "1", event: "tick", data: "a\nb" };
      yield "plain";
    }
    return c.sse(events());
  });
  app.get("/gated-events", (c) => c.sse(gated(witness)));
  app.get("/gated", (c) => c.stream(gated(witness), { type: "text/plain; charset=utf-8" }));
  app.get("/waits", async (c) => {
    await new Promise<void>((resolve) => c.signal.addEventListener("abort", () => resolve()));
    witness.aborted += 1;
    return c.text("too late");
  });
  app.get("/listens", (c) => {
    c.signal.addEventListener("abort", () => (witness.aborted += 1));
    return c.text("heard nothing");
  });
  app.get("/listens-streaming", (c) => {
    c.signal.addEventListener("abort", () => (witness.aborted += 1));
    async function* chunks(): AsyncGenerator<string> {
      yield "heard ";
      await sleep(1);
      yield "nothing";
    }
    return c.stream(chunks());
  });
}

/** Says one thing, and the other when the test has seen the first. */
async function* gated(witness: Witness): AsyncGenerator<string> {
  yield "first part";
  await new Promise<void>((open) => witness.gates.push(open));
  yield "second part";
}

function addWholeStreams(app: App): void {
  app.get("/chunks", (c) => {
    async function* chunks(): AsyncGenerator<string> {
      for (const part of ["one,", "two,", "three"]) {
        await sleep(1);
        yield part;
      }
    }
    return c.stream(chunks(), { type: "text/plain; charset=utf-8" });
  });
  app.get("/count/:n", (c) => {
    const parts = Number(c.params.n);
    async function* chunks(): AsyncGenerator<string> {
      for (let i = 0; i < parts; i++) yield `${parts} `;
    }
    return c.stream(chunks());
  });
  app.get("/mixed-chunks", (c) => {
    async function* chunks(): AsyncGenerator<string | Uint8Array> {
      yield "";
      yield "text ";
      yield new Uint8Array(0);
      yield new Uint8Array([98, 121, 116, 101, 115]);
      yield "";
    }
    return c.stream(chunks());
  });
  app.get("/no-chunks", (c) => {
    async function* chunks(): AsyncGenerator<string> {}
    return c.stream(chunks());
  });
  app.get("/stream-of-known-length", (c) => {
    async function* chunks(): AsyncGenerator<string> {
      yield "12345";
      yield "67890";
    }
    return c.stream(chunks(), { headers: { "content-length": "10" } });
  });
}

function addWatchedStreams(app: App, witness: Witness): void {
  app.get("/endless", (c) => {
    async function* chunks(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          witness.pulled += 1;
          yield CHUNK;
        }
      } finally {
        witness.ended += 1;
      }
    }
    return c.stream(chunks());
  });
  app.get("/ends", (c) => {
    async function* chunks(): AsyncGenerator<string> {
      try {
        yield "a";
        yield "b";
      } finally {
        witness.ended += 1;
      }
    }
    return c.stream(chunks());
  });
  // A source that never has anything to say, and hears when it is let go, as a subscription does.
  const silent = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise<never>(() => {}),
      return: async () => {
        witness.ended += 1;
        return { done: true as const, value: undefined };
      },
    }),
  };
  app.get("/silent-events", (c) => c.sse(silent));
  app.get("/silent-stream", (c) => c.stream(silent));
}

function addBrokenStreams(app: App): void {
  app.get("/breaks", (c) => {
    async function* chunks(): AsyncGenerator<string> {
      yield "first";
      await sleep(20);
      throw new Error("mid-stream failure");
    }
    return c.stream(chunks());
  });
  app.get("/breaks-known-length", (c) => {
    async function* chunks(): AsyncGenerator<string> {
      yield "first";
      await sleep(5);
      throw new Error("mid-stream failure");
    }
    return c.stream(chunks(), { headers: { "content-length": "1000" } });
  });
  app.get("/stream-as-long-as/:length", (c) => {
    async function* chunks(): AsyncGenerator<string> {
      yield "first";
      await sleep(5);
      yield "second";
    }
    return c.stream(chunks(), { headers: { "content-length": c.params.length } });
  });
  app.get("/breaks-early", (c) => {
    const next = async (): Promise<never> => {
      await sleep(1);
      throw new Error("failed before the first chunk");
    };
    return c.stream({ [Symbol.asyncIterator]: () => ({ next }) });
  });
  app.get("/breaks-early-with-nothing", (c) =>
    c.stream({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject() }) }),
  );
  app.get("/breaks-with-nothing", (c) => {
    async function* chunks(): AsyncGenerator<string> {
      yield "first";
      await sleep(5);
      throw undefined;
    }
    return c.stream(chunks());
  });
}
