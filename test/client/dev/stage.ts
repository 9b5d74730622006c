import "../../../client/core/index.ts";
import type { Kit, RequestContext, SwapPart } from "../../../client/core/index.ts";
import { createFindings, type Findings } from "../../../client/dev/findings.ts";
import { scan } from "../../../client/dev/scan.ts";
import type { DevOptions, DevSettings, Scene } from "../../../client/dev/types.ts";

// cast: where the client keeps its settings, which are the kit once it has started
export const kit = (globalThis as unknown as { busbarConfig: Kit }).busbarConfig;

export const DEFAULTS: DevSettings = {
  ...{ panel: false, open: false, warn: true, ignore: [], attributes: [] },
  ...{ slowMs: 200, slowSwapMs: 16, maxEntries: 200 },
};

export interface Stage {
  readonly scene: Scene;
  readonly findings: Findings;
  /** What was printed. */
  readonly printed: string[];
  /** `code where`. */
  found(): string[];
  messages(): string[];
}

/** A scene that collects what is found. */
export function stage(options: DevOptions = {}, extra: Partial<Scene> & { kit?: Kit } = {}): Stage {
  const printed: string[] = [];
  const settings = { ...DEFAULTS, ...options };
  const findings = createFindings(
    settings,
    (text) => printed.push(text),
    () => {},
  );
  const scene: Scene = { kit, settings, report: findings.report, hasHtmx: false, ...extra };
  return {
    scene,
    findings,
    printed,
    found: () => findings.list().map(({ code, where }) => `${code} ${where}`),
    messages: () => findings.list().map(({ message }) => message),
  };
}

/** Shows a body and looks at it. */
export function look(body: string, options?: DevOptions, extra?: Partial<Scene>): Stage {
  document.body.innerHTML = body;
  const set = stage(options, extra);
  scan(document, set.scene);
  return set;
}

export function get(selector: string): HTMLElement {
  const el = document.querySelector<HTMLElement>(selector);
  if (!el) throw new Error(`nothing matches ${selector}`);
  return el;
}

let order = 0;

/** A request of `#go` as the client would describe it. */
export function request(given: Partial<RequestContext> = {}): RequestContext {
  const source = given.source ?? get("#go");
  return {
    ...{ source, event: undefined, order: ++order, method: "GET", url: new URL("/x", location.href).href, headers: {} },
    ...{ data: new FormData(), multipart: false, target: source, swap: "innerHTML", replace: undefined, ends: [] },
    ...{ controller: new AbortController(), _waiting: [], ...given },
  };
}

/** A part of a reply. */
export function part(html: string, given: Partial<SwapPart> = {}): SwapPart {
  const template = document.createElement("template");
  template.innerHTML = html;
  return { target: "", swap: "innerHTML", content: template.content, ...given };
}
