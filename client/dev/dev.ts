import { type Extension, extend, type Kit } from "../core/index.ts";
import { createFindings, type Findings } from "./findings.ts";
import { soon, whenIdle } from "./later.ts";
import { createPanel, type Panel } from "./panel.ts";
import { scan } from "./scan.ts";
import { createTimeline } from "./timeline.ts";
import type { DevOptions, DevSettings, Finding, Scene } from "./types.ts";
import { watchRequests } from "./watch.ts";

const DEFAULTS: DevSettings = {
  panel: true,
  open: false,
  warn: true,
  ignore: [],
  attributes: [],
  slowMs: 200,
  slowSwapMs: 16,
  maxEntries: 200,
};

/** What runs in a page. Copies of the script find it at the document's root, so that there is one. */
interface Running {
  configure(options: DevOptions): void;
  stop(): void;
  list(): Finding[];
}

type Hooks = Pick<Extension, "request" | "response" | "swap">;

const KEY = Symbol.for("busbar.dev");

// cast: the root takes a property of ours, under a name that nobody else has
const place = (): { [KEY]?: Running } => document.documentElement as { [KEY]?: Running };

/** What runs in this page; undefined without a document, before the client has started, and after the stop. */
export const running = (): Running | undefined => (globalThis.document ? place()[KEY] : undefined);

/** Starts with the client: the first copy only. */
export function begin(): void {
  let hooks: Hooks = {};
  extend({
    init: (kit) => {
      if (running()) return;
      const [started, watching] = start(kit, () => {
        hooks = {};
        delete place()[KEY];
      });
      place()[KEY] = started;
      hooks = watching;
    },
    request: (ctx) => hooks.request?.(ctx),
    response: (ctx) => hooks.response?.(ctx),
    swap: (ctx, plan) => hooks.swap?.(ctx, plan),
  });
}

function start(kit: Kit, onStop: () => void): [Running, Hooks] {
  const given = (kit as { dev?: DevOptions }).dev; // cast: pages put it into window.busbarConfig
  const settings = { ...DEFAULTS, ...given };
  const life = new AbortController();
  let panel: Panel | undefined;
  const timeline = createTimeline(
    settings,
    () => performance.now(),
    () => panel?.update(),
  );
  const findings: Findings = createFindings(settings, print, (finding) => timeline.found(finding));
  const scene: Scene = {
    kit,
    settings,
    report: findings.report,
    get hasHtmx() {
      return "htmx" in globalThis;
    },
  };
  const showPanel = (): void => {
    panel?.remove();
    panel = settings.panel ? createPanel(timeline, settings.open) : undefined;
  };

  // Whatever brings elements: a reply, or another script.
  const look = soon(() => {
    if (!life.signal.aborted) scan(document, scene);
  }, whenIdle);
  const observer = new MutationObserver(look);
  observer.observe(document, { childList: true, subtree: true });
  const hooks = watchRequests(scene, timeline, life.signal);
  showPanel();
  look();
  const configure = (options: DevOptions): void => {
    const { panel: before } = settings;
    Object.assign(settings, options);
    if (settings.panel !== before || "open" in options) showPanel();
    look();
  };
  const stop = (): void => {
    life.abort();
    observer.disconnect();
    panel?.remove();
    panel = undefined;
    onStop();
  };
  return [{ configure, stop, list: findings.list }, hooks];
}

function print(text: string, el: Element | undefined): void {
  console.warn(...(el ? [text, el] : [text]));
}
