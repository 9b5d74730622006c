import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { JSDOM, VirtualConsole } from "jsdom";
import { send } from "../../adapters/node/index.ts";
import type { PartialReply, RequestLike } from "../../lib/partial/index.ts";

const require = createRequire(import.meta.url);

/** One release of htmx, as it is published. */
export interface Release {
  readonly name: string;
  /** What it fires at the element that asked, or around it, when all is done. */
  readonly done: string;
  readonly script: string;
}

export const RELEASES: readonly Release[] = [
  { name: "htmx 2", done: "htmx:afterRequest", script: readFileSync(require.resolve("htmx2/dist/htmx.js"), "utf8") },
  {
    name: "htmx 4",
    done: "htmx:finally:request",
    script: readFileSync(require.resolve("htmx4/dist/htmx.js"), "utf8"),
  },
];

/** What came of one click. */
export interface Outcome {
  readonly window: JSDOM["window"];
  /** The page's main part, as markup without classes. */
  readonly main: string;
  /** The events that were listened for, with their details, and whether main had been swapped by then. */
  readonly events: readonly (readonly [name: string, detail: unknown, isSwapped: boolean])[];
}

type Answer = (request: RequestLike) => PartialReply;

/** A server that gives the answer of the moment, over a real socket. */
export class HtmxServer {
  #answer: Answer | undefined;
  readonly #server: Server = createServer((request, response) => {
    assert.ok(this.#answer !== undefined);
    const sent = send(response, this.#answer(request));
    if (sent !== undefined) sent.catch(() => response.destroy());
  });

  async start(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** Shows a page, clicks its button and waits until the release says that it is done. */
  async click({ script, done }: Release, markup: string, attributes: string, answer: Answer): Promise<Outcome> {
    this.#answer = answer;
    const { port } = this.#server.address() as AddressInfo; // cast: a TCP server has an address with a port
    const body = `<main id="main">${markup}</main><button id="ask" hx-post="/x" ${attributes}>Ask</button>`;
    const { window } = new JSDOM(`<!doctype html><body>${body}</body>`, {
      url: `http://127.0.0.1:${port}/page`,
      runScripts: "outside-only",
      pretendToBeVisual: true,
      virtualConsole: new VirtualConsole(),
    });
    const { document } = window;
    const main = (): string => mainOf(document);
    const fetchHere: typeof fetch = (input, init) => {
      const { signal: _, ...rest } = init ?? {}; // the signal is jsdom's, which node's fetch refuses
      return fetch(new URL(String(input), window.location.href), rest);
    };
    // Browsers do without a result type, jsdom does not.
    const XPathEvaluator = class {
      createExpression = (path: string) => ({
        evaluate: (node: Node) =>
          document.evaluate(path, node, null, window.XPathResult.UNORDERED_NODE_ITERATOR_TYPE, null),
      });
    };
    const CSS = { escape: (text: unknown) => String(text).replace(/[^\w-]/g, (char) => `\\${char}`) };
    Object.assign(window, { fetch: fetchHere, scrollTo: () => {}, CSS, XPathEvaluator });
    const events: [string, unknown, boolean][] = [];
    const before = main();
    for (const name of ["saved", "closed"])
      document.addEventListener(name, (event) => {
        events.push([name, detailOf(event as CustomEvent), main() !== before]); // cast: both fire custom events
      });
    window.eval(script);
    if (document.readyState === "loading") await once(document as never, "DOMContentLoaded"); // cast: an event target of jsdom
    await new Promise((resolve) => window.setTimeout(resolve, 0)); // both set their listeners once the page is parsed
    const isDone = new Promise<void>((resolve) => document.addEventListener(done, () => resolve(), { once: true }));
    document.getElementById("ask")?.click();
    await isDone;
    await new Promise((resolve) => window.setTimeout(resolve, 40)); // what htmx settles behind the event
    return { window, main: main(), events };
  }
}

/** What was sent; htmx adds fields of its own. */
function detailOf({ detail }: CustomEvent): unknown {
  const { elt: _elt, target: _target, ...rest } = { ...detail };
  return rest;
}

function mainOf(document: Document): string {
  const copy = document.getElementById("main")?.cloneNode(true) as Element; // cast: it is in every page
  for (const el of copy.querySelectorAll("*")) el.removeAttribute("class");
  for (const el of copy.querySelectorAll("[data-htmx-powered]")) el.removeAttribute("data-htmx-powered");
  return copy.innerHTML;
}
