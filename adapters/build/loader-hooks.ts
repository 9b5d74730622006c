import type { LoadFnOutput, ModuleFormat, ResolveFnOutput } from "node:module";
import type { Duplex } from "node:stream";
import type { MessagePort } from "node:worker_threads";

/** Asked of the process that reads the table, about one module of the bundler's. */
export type Question =
  | { readonly ask: number; readonly kind: "resolve"; readonly specifier: string; readonly importer: string }
  | { readonly ask: number; readonly kind: "load"; readonly url: string };

/** `url`: the bundler serves the module under it. `code`: its text. Neither: Node looks for itself, seen from `parent`. */
export interface Answer {
  readonly ask: number;
  readonly url?: string;
  readonly code?: string;
  readonly parent?: string;
  readonly failed?: string;
}

/** Told to the child's main thread: what was loaded, and that a question was asked or answered. */
export type News = { readonly loaded: string } | { readonly pending: 1 | -1 };

/** Where the child's hooks thread finds its line to the process that reads the table. */
export const LINE_FD = 4;

/** What the hooks thread is started with. */
export interface HookData {
  readonly port: MessagePort;
  /** The descriptor of the line; undefined where no bundler serves modules. */
  readonly line: number | undefined;
  /** The first module, when a bundler serves it. */
  readonly entry: string | undefined;
}

type Next<Context, Output> = (to: string, context?: Partial<Context>) => Promise<Output> | Output;
type Context = { readonly parentURL: string | undefined };

/** The hooks as a module of their own: they run in a thread that starts from this text. */
export function hooksUrl(): string {
  const text = `${createHooks}
const { Socket } = process.getBuiltinModule("node:net");
let hooks;
export const initialize = (data) => {
  hooks = ${createHooks.name}(data, data.line === undefined ? undefined : new Socket({ fd: data.line }));
};
export const resolve = (...call) => hooks.resolve(...call);
export const load = (...call) => hooks.load(...call);`;
  return `data:text/javascript,${encodeURIComponent(text)}`;
}

export interface Hooks {
  resolve(specifier: string, context: Context, next: Next<Context, ResolveFnOutput>): Promise<ResolveFnOutput>;
  load(url: string, context: object, next: Next<object, LoadFnOutput>): Promise<LoadFnOutput>;
}

/**
 * Sent as text: whatever it uses must be inside it.
 * @param line - To the process that reads the table, not by way of the main thread: from Node 26 on that stands still until a hook has answered.
 */
export function createHooks({ port, entry }: Pick<HookData, "port" | "entry">, line: Duplex | undefined): Hooks {
  const served = new Set<string>(entry === undefined ? [] : [entry]);
  const waiting = new Map<number, (answer: Answer) => void>();
  const tell = (news: News): void => port.postMessage(news);
  let asked = 0;
  const ask = async (question: object): Promise<Answer> => {
    const id = ++asked;
    tell({ pending: 1 });
    line?.write(`${JSON.stringify({ ask: id, ...question })}\n`);
    const answer = await new Promise<Answer>((resolve) => void waiting.set(id, resolve));
    tell({ pending: -1 });
    if (answer.failed !== undefined) throw new Error(answer.failed);
    return answer;
  };
  let rest = "";
  line?.setEncoding("utf8").on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const each of lines) {
      const answer: Answer = JSON.parse(each);
      waiting.get(answer.ask)?.(answer);
      waiting.delete(answer.ask);
    }
  });
  return {
    async resolve(specifier, context, next) {
      const { parentURL } = context;
      if (specifier === entry) return { url: entry, format: "module" as ModuleFormat, shortCircuit: true };
      if (parentURL === undefined || !served.has(parentURL) || specifier.startsWith("node:")) return next(specifier);
      const answer = await ask({ kind: "resolve", specifier, importer: parentURL });
      if (answer.url === undefined) return next(specifier, { ...context, parentURL: answer.parent ?? parentURL });
      served.add(answer.url);
      return { url: answer.url, format: "module", shortCircuit: true };
    },
    async load(url, _context, next) {
      if (served.has(url)) {
        const { code } = await ask({ kind: "load", url });
        if (code !== undefined) return { format: "module", source: code, shortCircuit: true };
      }
      tell({ loaded: url });
      return next(url);
    },
  };
}
