import { replayLog, type View } from "../../../lib/live/index.ts";
import {
  ACK,
  decodeLiveFrame,
  EVENT,
  HELLO,
  hashText,
  type LiveFrame,
  MOUNT,
  PATCH,
  PING,
} from "../../../lib/wire/index.ts";
import { normalise } from "./browser.ts";
import { SimNode } from "./cluster.ts";
import type { SimControl } from "./dom/elements.ts";
import type { SimDocument } from "./dom/window.ts";
import type { Run } from "./observe.ts";
import type { Plan, Step, StepKind } from "./plan.ts";
import { createRandom, type Random } from "./random.ts";
import { Scheduler } from "./scheduler.ts";
import { SimStore } from "./store.ts";
import { type Life, Tab } from "./tab.ts";
import type { Tap } from "./transport.ts";

/** How long after the last step, and after everything works again, a world may take to come to rest. */
const REST_MS = 600_000;
const STEP_MS = 500;
/** In one of so many worlds the logs of all sessions are replayed. */
const LOGGED = 20;

/** Faults of the subject, for tests of the simulation itself. */
export interface Mutation {
  /** Changes what a view does. */
  readonly view?: (view: View) => View;
  /** Changes the messages of a tab's link. */
  readonly tap?: (tap: Tap) => Tap;
  /** Hears each frame the client's script has taken. */
  readonly taken?: (frame: LiveFrame, document: SimDocument) => void;
  /** In place of seeded bytes. */
  readonly bytes?: (length: number) => Uint8Array;
  /** Served instead of what the checks expect. */
  readonly windowFrames?: number;
}

/** What came of a run. */
export interface Outcome {
  readonly seed: number;
  /** Of the whole log. */
  readonly hash: number;
  /** What went wrong first; `undefined` when all invariants hold. */
  readonly failure: string | undefined;
  readonly log: readonly string[];
  readonly virtualMs: number;
}

/** Runs a plan to its end, lets the world come to rest, and checks it. The same plan gives the same outcome. */
export async function simulate(plan: Plan, mutation: Mutation = {}): Promise<Outcome> {
  const world = new World(plan, mutation);
  await world.run();
  return {
    seed: plan.seed,
    hash: world.hash,
    failure: world.failure,
    log: world.lines,
    virtualMs: world.scheduler.nowMs,
  };
}

interface Trap {
  readonly on: "event" | "patch" | "hello" | "run" | "write";
  readonly spring: () => void;
}

class World {
  readonly scheduler = new Scheduler();
  readonly lines: string[] = [];
  hash = 0;
  failure: string | undefined;
  private readonly plan: Plan;
  private readonly mutation: Mutation;
  private readonly random: Random;
  private readonly nodes: SimNode[];
  private readonly tabs: Tab[];
  private readonly store: SimStore | undefined;
  private readonly tagged = new Set<string>();
  private traps: Trap[] = [];
  private builds = 1;

  constructor(plan: Plan, mutation: Mutation) {
    this.plan = plan;
    this.mutation = mutation;
    const { scheduler } = this;
    this.random = createRandom(plan.seed, 2);
    const latencyMs = (): number => Math.max(1, Math.round(plan.latencyMs * (0.5 + this.random.next())));
    const failed = (what: string, error?: unknown): void => this.fail(what, error);
    const log = (line: string): void => this.log(line);
    const bytesOf = createRandom(plan.seed, 3);
    this.store = plan.isStored ? new SimStore(scheduler, latencyMs) : undefined;
    this.nodes = Array.from({ length: plan.nodes }, (_, index) => {
      return new SimNode({
        ...{ scheduler, failed, log, name: `node${index}`, kind: plan.view },
        random: { ...this.random, bytes: mutation.bytes ?? bytesOf.bytes },
        options: {
          secret: new Uint8Array(32).fill(7),
          windowFrames: mutation.windowFrames ?? plan.windowFrames,
          hibernateMs: plan.hibernateMs,
        },
        isLogged: plan.seed % LOGGED === 0,
        ...{ store: this.store, mayKeep: plan.hibernateMs > 0, wrote: () => this.spring("write") },
        change: mutation.view ?? ((view) => view),
        ran: (run) => this.ran(run),
      });
    });
    this.tabs = Array.from({ length: plan.tabs }, (_, index) => {
      return new Tab(index, {
        ...{ scheduler, latencyMs, failed, log, random: this.random },
        path: `/${plan.view}?tab=${index}`,
        ...{
          isWhole: plan.view === "parts",
          blocked: plan.blocked,
          mayFail: () => this.store?.hasFailed === true || (plan.isStored && plan.nodes > 1),
        },
        node: (tab) => this.nodeOf(tab),
        tap: (tab) => this.tapOf(tab),
        taken: (bytes, document) => mutation.taken?.(decodeLiveFrame(bytes), document),
      });
    });
  }

  async run(): Promise<void> {
    const { plan, scheduler, nodes, tabs } = this;
    for (const node of nodes) node.boot("b1");
    for (const tab of tabs) {
      tab.node = this.random.below(nodes.length);
      scheduler.after(this.random.below(40), () => tab.load());
    }
    for (const step of plan.steps) scheduler.after(step.atMs, () => this.tryTo(step));
    const last = plan.steps.at(-1)?.atMs ?? 0;
    const isOver = (): boolean => this.failure !== undefined;
    await scheduler.runUntil(last + 100, isOver);
    if (!isOver()) this.heal();
    const endMs = scheduler.nowMs + REST_MS;
    let calm = 0;
    while (!isOver() && calm < 3) {
      await scheduler.runUntil(scheduler.nowMs + STEP_MS, isOver);
      calm = this.unsettled() === undefined ? calm + 1 : 0;
      if (scheduler.nowMs > endMs) this.fail(`no rest: ${this.unsettled()}`);
    }
    if (!isOver()) this.check();
    for (const tab of tabs) tab.leave();
    if (isOver()) return;
    for (const node of nodes) node.close();
    await scheduler.runUntil(scheduler.nowMs + 40_000, isOver);
    for (const node of nodes) {
      if (node.sessionCount > 0)
        this.fail(`${node.name} keeps ${node.sessionCount} sessions after its route is closed`);
      if (node.timers > 0) this.fail(`${node.name} keeps ${node.timers} timers after its route is closed`);
      if (node.pages.size > 0 && this.plan.hibernateMs === 0 && this.plan.view !== "feed")
        this.fail(`${node.name} keeps the state of ${node.pages.size} sessions after its route is closed`);
    }
  }

  private log(line: string): void {
    const whole = `${this.scheduler.nowMs} ${line}`;
    this.lines.push(whole);
    this.hash = Math.imul(this.hash ^ hashText(whole), 0x01000193) >>> 0;
  }

  private fail(what: string, error?: unknown): void {
    const text = error instanceof Error ? `${what}: ${error.stack ?? error.message}` : what;
    this.log(`FAILED ${what}`);
    this.failure ??= `at ${this.scheduler.nowMs} ms: ${text}`;
  }

  /** A handler ran. Each event does once, in the session it was meant for. */
  private ran(run: Run): void {
    this.log(`ran ${run.session} ${run.ref} ${run.name} ${run.tag ?? ""}`);
    this.spring("run");
    const life = this.tabs.flatMap((tab) => tab.lives).find(({ session }) => session === run.session);
    if (life === undefined) {
      this.fail(`${run.name} ran in a session no page has`);
      return;
    }
    const index = run.ref === undefined ? life.sent.findIndex(({ tag }) => tag === run.tag) : run.ref - 1;
    const event = life.sent[index];
    if (event === undefined) {
      this.fail(`${run.name} ran and nobody caused it`);
      return;
    }
    if (event.who !== run.name || (event.tag !== undefined && event.tag !== run.tag)) {
      this.fail(`${event.who} ${event.tag ?? ""} was caused, ${run.name} ${run.tag ?? ""} ran`);
      return;
    }
    if (run.name === "once" && this.plan.isStored) {
      life.runs.set(index + 1, run); // it may run again
      return;
    }
    if (life.runs.has(index + 1)) {
      this.fail(`event ${index + 1} (${run.name}) ran twice`);
      return;
    }
    if (run.tag !== undefined && run.name !== "typed" && this.tagged.has(run.tag)) {
      this.fail(`${run.name} ${run.tag} ran twice`);
      return;
    }
    if (run.tag !== undefined) this.tagged.add(run.tag);
    life.runs.set(index + 1, run);
  }

  private nodeOf(tab: Tab): SimNode | undefined {
    const first = this.nodes[tab.node];
    if (first?.isUp === true) return first;
    // Half of the worlds have a balancer that knows who is up.
    return this.plan.seed % 2 === 0 ? this.nodes.find((node) => node.isUp) : undefined;
  }

  /** What a step throws is a fault like any other: it has a seed, and shrinks. */
  private tryTo(step: Step): void {
    try {
      this.perform(step);
    } catch (error) {
      this.fail(`step ${step.kind} threw`, error);
    }
  }

  private perform(step: Step): void {
    const tab = this.tabs[step.tab];
    const node = this.nodes[step.node];
    if (tab === undefined || node === undefined) return;
    this.log(`step ${step.kind} ${step.tab} ${step.node} ${step.ms}`);
    this.acts[step.kind](tab, node, step.ms, step.pick);
  }

  private readonly acts: Record<StepKind, (tab: Tab, node: SimNode, ms: number, pick: number) => void> = {
    act: (tab, _node, _ms, pick) => tab.act(pick),
    draft: (tab, _node, _ms, pick) => tab.draft(pick),
    reload: (tab) => tab.load(),
    cut: (tab, _node, ms) => tab.life?.link?.cut(ms, 300 - ms),
    "cut unheard": (tab) => tab.life?.link?.cut(undefined, undefined),
    "half-open up": (tab) => tab.life?.link?.lose("up"),
    "half-open down": (tab) => tab.life?.link?.lose("down"),
    "stall up": (tab, _node, ms) => tab.life?.link?.stall("up", ms),
    "stall down": (tab, _node, ms) => tab.life?.link?.stall("down", ms),
    offline: (tab, _node, ms) => this.offline(tab, ms),
    crash: (_tab, node, ms) => this.crash(node, true, 20, ms),
    "crash after sending": (_tab, node, ms) => this.crash(node, false, 20, ms),
    "power loss": (_tab, node, ms) => this.crash(node, true, undefined, ms),
    deploy: (_tab, node, ms) => this.deploy(node, node.build, ms),
    "deploy another build": (_tab, node, ms) => this.deploy(node, `b${++this.builds}`, ms),
    move: (tab, node) => {
      tab.node = this.nodes.indexOf(node);
      tab.life?.link?.cut(10, 10);
    },
    "freeze tab": (tab, _node, ms) => {
      if (tab.life !== undefined) this.scheduler.freeze(tab.life.owner, ms);
    },
    "freeze server": (_tab, node, ms) => {
      this.scheduler.freeze(node.owner, ms);
    },
    "server clock": (_tab, node, ms) => {
      node.skewMs += ms;
    },
    "tab clock": (tab, _node, ms) => {
      tab.skewMs += ms;
    },
    "cut at event": (tab, _node, ms) => this.trap("event", () => tab.life?.link?.cut(ms, 50 - ms)),
    "cut at patch": (tab, _node, ms) => this.trap("patch", () => tab.life?.link?.cut(ms, 50 - ms)),
    "crash at event": (_tab, node, ms) => this.trap("event", () => this.crash(node, true, 5, ms)),
    "crash at run": (_tab, node, ms) => this.trap("run", () => this.crash(node, true, 5, ms)),
    "crash at patch": (_tab, node, ms) => this.trap("patch", () => this.crash(node, ms % 2 === 0, 5, ms)),
    "crash at write": (_tab, node, ms) => this.trap("write", () => this.crash(node, true, 5, ms)),
    "store fails": (_tab, _node, ms) => this.store?.fail(ms),
    "store stalls": (_tab, _node, ms) => this.store?.stall(ms),
    "posts fail": (tab, _node, ms) => {
      tab.postsFailUntilMs = this.scheduler.nowMs + ms;
    },
    "crash at hello": (_tab, node, ms) => this.trap("hello", () => this.crash(node, true, 5, ms)),
  };

  private offline(tab: Tab, ms: number): void {
    tab.offlineUntilMs = this.scheduler.nowMs + ms;
    tab.life?.link?.cut(30, undefined);
    tab.life?.page?.setOnLine(false);
    const { life } = tab;
    this.scheduler.after(ms, () => life?.page?.setOnLine(true), life?.owner);
  }

  private crash(node: SimNode, isSudden: boolean, clientsHearMs: number | undefined, downMs: number): void {
    const { build } = node;
    node.crash(isSudden, clientsHearMs);
    this.scheduler.after(downMs, () => node.boot(build));
  }

  private deploy(node: SimNode, build: string, ms: number): void {
    const { owner } = node;
    node.drain(200);
    this.scheduler.after(ms, () => node.owner === owner && node.stop());
    this.scheduler.after(ms + 300, () => node.boot(build));
  }

  private trap(on: Trap["on"], spring: () => void): void {
    this.traps.push({ on, spring });
  }

  private spring(on: Trap["on"]): void {
    const sprung = this.traps.find((trap) => trap.on === on);
    if (sprung === undefined) return;
    this.traps = this.traps.filter((trap) => trap !== sprung);
    this.log(`trap ${on}`);
    this.scheduler.after(0, sprung.spring); // when what this step does is done, and on its way
  }

  /** From now on nothing goes wrong. What has, may take a while to be noticed. */
  private heal(): void {
    this.log("heal");
    this.traps = [];
    this.store?.heal();
    for (const node of this.nodes) {
      this.scheduler.thaw(node.owner);
      node.boot(node.build);
    }
    for (const tab of this.tabs) {
      tab.offlineUntilMs = 0;
      tab.postsFailUntilMs = 0;
      if (tab.life !== undefined) this.scheduler.thaw(tab.life.owner);
      tab.life?.page?.setOnLine(true);
    }
  }

  private unsettled(): string | undefined {
    for (const node of this.nodes) if (node.viewTimers > 0) return `${node.name} is at work`;
    for (const tab of this.tabs) {
      const what = tab.unsettled();
      if (what !== undefined) return `${tab.name}: ${what}`;
    }
    return undefined;
  }

  /** What must hold when all is at rest. */
  private check(): void {
    for (const tab of this.tabs) {
      const { life } = tab;
      const node = life?.node;
      if (life?.page === undefined || node === undefined) {
        this.fail(`${tab.name} has no page`);
        return;
      }
      const truth = node.pages.get(life.session) ?? node.pages.get("*");
      if (truth === undefined) {
        this.fail(`${tab.name} is joined and ${node.name} has no state for it`);
        return;
      }
      const [shown, wanted] = [life.page.markup(), normalise(truth())].map((text) => this.comparable(text, life));
      if (shown !== wanted) {
        this.fail(`${tab.name} differs\n  shows ${shown}\n  wants ${wanted}`);
        return;
      }
      for (const other of this.tabs) {
        const isOwn = this.plan.view !== "room" && this.plan.view !== "lobby";
        if (other !== tab && isOwn && shown?.includes(`${other.name}-`) === true) {
          this.fail(`${tab.name} shows what ${other.name} said`);
        }
      }
      this.checkDrafts(tab);
      if (this.plan.view === "ledger") this.checkEffects(tab, life, truth());
    }
    this.checkLogs();
  }

  /** Each event has had its effect once at most; with a store that has not failed, those that were acknowledged have, in their order. */
  private checkEffects(tab: Tab, life: Life, markup: string): void {
    for (const list of markup.split("</ul>").slice(0, 2)) {
      const tags = [...list.matchAll(/data-tag="([^"]*)"/g)].map(([, tag]) => tag ?? "");
      const order = tags.map((tag) => life.sent.findIndex((event) => event.tag === tag));
      const isRising = order.every((at, index) => at >= 0 && at > (order[index - 1] ?? -1));
      if (!isRising) this.fail(`${tab.name}: effects of ${tags.join(" ")} are not those of events, once and in order`);
      if (this.store === undefined || this.store.hasFailed) continue;
      const lost = life.sent.find(({ end, tag }) => end === "acknowledged" && !tags.includes(tag ?? ""));
      if (lost !== undefined) this.fail(`${tab.name}: ${lost.who} ${lost.tag} was acknowledged and has left nothing`);
    }
  }

  /** Every log of a session replays to the same states and bytes. */
  private checkLogs(): void {
    for (const parts of this.nodes.flatMap((node) => node.logs)) {
      const wrong = [...replayLog(Buffer.concat(parts))].find((step) => !step.isSame);
      if (wrong !== undefined) this.fail(`step ${wrong.number} (${wrong.instruction.kind}) replays to something else`);
    }
  }

  private checkDrafts(tab: Tab): void {
    const { life } = tab;
    if (life?.page === undefined || life.builds.size > 1) return; // another build may have other fields
    for (const [name, { value, sessions }] of life.drafts) {
      const field = life.page.document.querySelector(`[data-draft="${name}"]`) as SimControl | null;
      // A row may have gone, and after a new mount another one may have its number.
      if (name !== "a" && (field === null || sessions !== life.sessions)) continue;
      if (field?.value !== value) this.fail(`${tab.name} has lost a draft in ${name}: ${value} is now ${field?.value}`);
    }
  }

  private comparable(markup: string, life: Life): string {
    // Where a page was another session's in between, its rows are gone, and nobody else has them.
    if (this.plan.view === "feed" && life.sessions > 1) return markup.replace(/<ul>.*/, "");
    return this.plan.view === "parts" ? markup.replace(/action="[^"]*"/g, "action") : markup;
  }

  private tapOf(tab: Tab): Tap {
    const open = new Set<number>();
    const { windowFrames, duplicates } = this.plan;
    const twice = (bytes: Uint8Array, types: readonly number[]): readonly Uint8Array[] =>
      duplicates > 0 && types.includes(bytes[1] ?? 0) && this.random.chance(duplicates) ? [bytes, bytes] : [bytes];
    const acknowledge = (seq: number): void => {
      for (const sent of open) if (sent <= seq) open.delete(sent);
    };
    const plain: Tap = {
      fromClient: (bytes) => {
        const type = bytes[1];
        if (type === EVENT) this.spring("event");
        return [bytes];
      },
      toServer: (bytes) => {
        const frame = tryDecode(bytes);
        if (frame?.[0] === HELLO) this.spring("hello");
        if (frame?.[0] === ACK) acknowledge(frame[1]);
        if (frame?.[0] === EVENT) acknowledge(frame[2]);
        return twice(bytes, [EVENT, ACK, PING]);
      },
      fromServer: (bytes) => {
        const frame = decodeLiveFrame(bytes);
        if (frame[0] === PATCH) open.add(frame[1]);
        if (frame[0] === MOUNT) open.add(frame[2]);
        if (frame[0] === PATCH) this.spring("patch");
        if (open.size > windowFrames)
          this.fail(`${open.size} frames are on their way to ${tab.name}, and not acknowledged`);
        return [bytes];
      },
      toClient: (bytes) => twice(bytes, [PATCH, ACK]),
    };
    return this.mutation.tap?.(plain) ?? plain;
  }
}

function tryDecode(bytes: Uint8Array): LiveFrame | undefined {
  try {
    return decodeLiveFrame(bytes);
  } catch {
    return undefined;
  }
}
