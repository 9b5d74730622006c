/** The pages of the renderer threads' tests, and what goes wrong on them. */
import { parentPort } from "node:worker_threads";
import { CodedError } from "../../lib/errors/index.ts";
import { each, type Html, html } from "../../lib/html/index.ts";

export interface TableProps {
  readonly rows: readonly { readonly id: number; readonly name: string }[];
}

export function table({ rows }: TableProps): Html {
  const row = (one: { readonly id: number; readonly name: string }): Html =>
    html`<tr id=${`r${one.id}`}><td>${one.name}`;
  return html`<table>${each(rows, (one) => one.id, row)}</table>`;
}

export const script = (): Html => html`<script>let a = 1</script>`;

export async function later(props: { readonly ms: number }): Promise<Html> {
  await new Promise((resolve) => setTimeout(resolve, props.ms));
  return html`<p>${props.ms}</p>`;
}

export const hole = (): Html => html`<p>${Promise.resolve("held")}</p>`;
export const rendered = (): Uint8Array => Buffer.from("bytes of a slab that others use too");

export function stuck(): Html {
  for (;;);
}

export function exits(): Html {
  process.exit(7);
}

export function throwsLater(): Promise<Html> {
  setTimeout(() => {
    throw new Error("outside");
  });
  return new Promise(() => {});
}

export function eats(): Html {
  const held: unknown[] = [];
  for (;;) held.push(Array.from({ length: 10_000 }, (_, i) => ({ i })));
}

export function coded(): Html {
  throw new CodedError("POOL_OUT_OF_RANGE", "coded", {
    cause: Object.assign(new TypeError("inner"), { code: "E_INNER" }),
  });
}

export function failing(props?: { readonly what: "text" | "nothing" | "type" }): Html {
  if (props?.what === "text") throw "only text";
  if (props?.what === "nothing") throw Object.create(null);
  throw Object.assign(new RangeError("too far"), { code: "E_FAR" });
}

export function untilAborted(
  props: { readonly flag: SharedArrayBuffer },
  context: { readonly signal: AbortSignal },
): Promise<Html> {
  const flag = new Int32Array(props.flag);
  Atomics.store(flag, 0, 1);
  return new Promise((_, reject) => {
    context.signal.addEventListener("abort", () => {
      Atomics.store(flag, 0, 2);
      reject(new Error("aborted"));
    });
  });
}

export function talks(): Html {
  for (const said of [null, undefined, "hello", { kind: "ready" }, { kind: "nothing" }]) parentPort?.postMessage(said);
  return html`<p>said`;
}

export const notAPage = 7;
