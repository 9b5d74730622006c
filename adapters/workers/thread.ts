/*
 * The program of a renderer thread: imports the module it is given and renders its pages, one after another.
 */
import { parentPort, workerData } from "node:worker_threads";
import { CodedError } from "../../lib/errors/index.ts";
import { type HtmlValue, renderToBytesAsync } from "../../lib/html/index.ts";
import { type FromThread, packError, type ToThread } from "./messages.ts";
import type { PageContext } from "./types.ts";

type Page = (props: unknown, context: PageContext) => HtmlValue | Uint8Array | Promise<HtmlValue | Uint8Array>;

const port = parentPort;
if (port !== null) {
  const send = (message: FromThread, bytes?: Uint8Array): void =>
    port.postMessage(message, bytes === undefined ? [] : [bytes.buffer as ArrayBuffer]); // cast: ownedBytes saw to it
  const running = new Map<number, AbortController>();
  let pages: Record<string, unknown> = {};

  const render = async (message: ToThread & { readonly kind: "render" }): Promise<void> => {
    const { id, name, props, nonce } = message;
    const control = new AbortController();
    running.set(id, control);
    try {
      const page = Object.hasOwn(pages, name) ? pages[name] : undefined;
      if (typeof page !== "function") {
        throw new CodedError("WORKERS_NO_PAGE", `The module exports no function ${name}`, { value: name });
      }
      // cast: a function the user exported; what it returns is checked by the render
      const result = await (page as Page)(props, { signal: control.signal });
      const options = nonce === undefined ? {} : { nonce };
      const bytes = ownedBytes(result instanceof Uint8Array ? result : await renderToBytesAsync(result, options));
      send({ kind: "rendered", id, bytes }, bytes);
    } catch (error) {
      send({ kind: "failed", id, error: packError(error) });
    } finally {
      running.delete(id);
    }
  };

  port.on("message", (message: ToThread) => {
    if (message.kind === "render") void render(message);
    else running.get(message.id)?.abort();
  });

  import(String(workerData.module)).then(
    (module: Record<string, unknown>) => {
      pages = module;
      send({ kind: "ready" });
    },
    (error: unknown) => send({ kind: "unusable", error: packError(error) }),
  );
}

/** Bytes that fill memory of their own: only that may be moved, and moving more would take along what others have there. */
function ownedBytes(bytes: Uint8Array): Uint8Array {
  const { buffer } = bytes;
  const isWhole = buffer instanceof ArrayBuffer && bytes.byteLength === buffer.byteLength;
  return isWhole && Object.getPrototypeOf(bytes) === Uint8Array.prototype ? bytes : new Uint8Array(bytes);
}
