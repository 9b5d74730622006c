import { AsyncLocalStorage, createHook } from "node:async_hooks";
import type { EventEmitter } from "node:events";
import { setImmediate as immediate, setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { checkLimit } from "../../lib/app/index.ts";
import { CodedError } from "../../lib/errors/index.ts";

/**
 * Something that was begun and not ended.
 * @public
 */
export interface Leak {
  /** The kind of a resource as Node names it (`Timeout`, `TCPSERVERWRAP`), the name of a count, or an emitter's name and its event. */
  readonly what: string;
  /** How many more there are than before. */
  readonly count: number;
  /** Where the first of them was made: file, line and column. `undefined` for counts and listeners. */
  readonly where: string | undefined;
}

/**
 * What `checkLeaks` looks at besides timers, sockets and handles.
 * @public
 */
export interface LeakOptions {
  /** Numbers that must not have grown at the end, by name: leases of a pool, sessions of a hub, effects of a graph. */
  readonly counts?: Readonly<Record<string, () => number>>;
  /** Emitters whose listeners must not have grown in number, by name. */
  readonly emitters?: Readonly<Record<string, EventEmitter>>;
  /** How long what is left may take to end by itself, in milliseconds. @defaultValue 500 */
  readonly graceMs?: number;
  /** What may stay: idle connections of a client, say. @defaultValue nothing */
  readonly ignore?: (leak: Leak) => boolean;
}

/**
 * For tests: runs something and fails when it leaves anything behind. Seen are timers (unref'd ones too), servers, sockets, watchers, workers
 * and other handles that were made by `f` or by what it set going, with the line that made them; and of counts and emitters, what grew.
 * @param f - What is to leave nothing; its own error is passed on.
 * @returns What `f` returned.
 * @throws CodedError `NODE_LEAKS` that names all that is left; its `value` lists them as `Leak`s.
 * @remarks Not for production: while it runs, every resource that Node makes costs a stack trace. Checks may run side by side. A `fetch` leaves
 * its connection open for the next one.
 * @example
 * ```ts
 * test("a render gives its lease back", () =>
 *   checkLeaks(() => renderPage(pool), { counts: { leases: () => pool.stats().leases } }));
 * ```
 * @public
 */
export async function checkLeaks<Result>(
  f: () => Result | PromiseLike<Result>,
  options: LeakOptions = {},
): Promise<Result> {
  const { ignore = () => false } = options;
  const graceMs = checkLimit("graceMs", options.graceMs ?? 500);
  const resources = watchResources();
  const grown = countGrowth(options);
  const left = (): readonly Leak[] => [...resources.left(), ...grown()].filter((leak) => !ignore(leak));
  try {
    const result = await resources.run(f);
    const deadline = performance.now() + graceMs;
    await immediate(); // Node tells of what has ended a turn later
    let leaks = left();
    while (leaks.length > 0 && performance.now() < deadline) {
      await sleep(STEP_MS);
      leaks = left();
    }
    if (leaks.length > 0) throw new CodedError("NODE_LEAKS", leaks.map(textOf).join("; "), { value: leaks });
    return result;
  } finally {
    resources.stop();
  }
}

const STEP_MS = 5;

/** What has an end, as `async_hooks` names it. Requests, ticks and promises end by themselves. */
const KINDS: ReadonlySet<string> = new Set([
  ...["Timeout", "TCPSERVERWRAP", "TCPWRAP", "TLSWRAP", "PIPESERVERWRAP", "PIPEWRAP", "UDPWRAP", "TTYWRAP"],
  ...["FSEVENTWRAP", "STATWATCHER", "FILEHANDLE", "PROCESSWRAP", "SIGNALWRAP", "WORKER", "MESSAGEPORT", "HTTP2SESSION"],
]);

interface Resources {
  run<Result>(f: () => Result): Result;
  left(): readonly Leak[];
  stop(): void;
}

function watchResources(): Resources {
  const open = new Map<number, { readonly kind: string; readonly where: string | undefined }>();
  const own = new AsyncLocalStorage<true>(); // true in all that came of `f`: others may run at the same time
  const hook = createHook({
    init(id, kind) {
      if (KINDS.has(kind) && own.getStore() === true) open.set(id, { kind, where: callerOf() });
    },
    destroy(id) {
      open.delete(id);
    },
  }).enable();
  return {
    run: (f) => own.run(true, f),
    left() {
      const byKind = new Map<string, Leak>();
      for (const { kind: what, where } of open.values()) {
        const first = byKind.get(what);
        byKind.set(what, { what, count: (first?.count ?? 0) + 1, where: first?.where ?? where });
      }
      return [...byKind.values()];
    },
    stop() {
      hook.disable();
      own.disable(); // what is left of `f` costs nothing more
    },
  };
}

const HERE = fileURLToPath(import.meta.url);

/** The place outside of Node, of packages and of this file that made a resource; where there is none, the nearest. */
function callerOf(): string | undefined {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 30;
  const stack = new Error().stack ?? "";
  Error.stackTraceLimit = stackTraceLimit;
  const places = stack
    .split("\n")
    .map((line) =>
      /(?:\(|at (?:async )?)((?:file:\/\/)?(?:\/|[A-Za-z]:\\)[^()]+:\d+:\d+)\)?$/
        .exec(line)?.[1]
        ?.replace("file://", ""),
    )
    .filter((place) => place !== undefined && !place.includes(HERE));
  return places.find((place) => place?.includes("node_modules") === false) ?? places[0];
}

/** Yields what has grown since. */
function countGrowth({ counts = {}, emitters = {} }: LeakOptions): () => readonly Leak[] {
  const before = counted(counts, emitters);
  return () =>
    [...counted(counts, emitters)].flatMap(([what, now]) => {
      const count = now - (before.get(what) ?? 0);
      return count > 0 ? [{ what, count, where: undefined }] : [];
    });
}

function counted(
  counts: Readonly<Record<string, () => number>>,
  emitters: Readonly<Record<string, EventEmitter>>,
): Map<string, number> {
  const all = new Map(Object.entries(counts).map(([name, count]) => [name, count()]));
  for (const [name, emitter] of Object.entries(emitters)) {
    for (const event of emitter.eventNames()) all.set(`${name}: ${String(event)}`, emitter.listenerCount(event));
  }
  return all;
}

function textOf({ what, count, where }: Leak): string {
  return `${count} ${what}${where === undefined ? "" : ` (${where})`}`;
}
