import { CAN_REUSE } from "../../wire/index.ts";
import { canDo } from "../machine/can-do.ts";
import type { Instruction } from "../machine/instructions.ts";
import { epochOf, renewedFor } from "./help.ts";
import type { SessionInside } from "./types.ts";

export const INVALIDATE: Instruction = { kind: "invalidate" };
const RESOLVED = Promise.resolve();

/** Draws what the machine asks for, and answers it. */
export class PageSender {
  private readonly inside: SessionInside;
  /** When the message came that a patch answers in its own turn: that clock has been read. */
  private askedAtMs: number | undefined = undefined;
  /** Bound once: one closure per render costs more than the call. */
  private readonly patch = (): void => this.sendPatch();

  constructor(inside: SessionInside) {
    this.inside = inside;
  }

  /** Never on the stack of whoever changed a signal: that may be another session's handler. A promise's turn, which costs a third of queueMicrotask. */
  patchSoon(): void {
    this.askedAtMs = this.inside.cameAtMs;
    void RESOLVED.then(this.patch);
  }

  mountSoon(fresh: boolean, compare: boolean): void {
    void RESOLVED.then(() => this.sendMount(fresh, compare));
  }

  private sendPatch(): void {
    const { inside } = this;
    const { run, options } = inside;
    if (run.isAsleep) {
      run.wake(false).then(this.patch, (error) => inside.fail(error));
      return;
    }
    const nowMs = this.askedAtMs ?? options.platform.now();
    this.askedAtMs = undefined;
    inside.touch(nowMs);
    try {
      if (run.isLost) {
        this.sendWhole();
        return;
      }
      const operations = run.update();
      if (operations !== undefined) inside.dispatch({ kind: "rendered", operations, nowMs });
    } catch (error) {
      inside.fail(error);
    }
  }

  /** In the order of patches: the client need not have asked. */
  private sendWhole(): void {
    const { inside } = this;
    const page = inside.run.page(false);
    if (page === undefined) return;
    const { templates, content } = page;
    inside.dispatch({ kind: "redrawn", templates, content, nowMs: inside.options.platform.now() });
    if (page.hasMore) inside.dispatch(INVALIDATE);
  }

  private async sendMount(fresh: boolean, compare: boolean): Promise<void> {
    const { inside } = this;
    const { run, options } = inside;
    if (inside.machine.kind !== "remounting") return;
    try {
      if (fresh) await run.mount();
      else if (run.isAsleep) await run.wake();
      const machine = inside.machine;
      if (machine.kind !== "remounting") return;
      inside.touch(options.platform.now());
      const page = run.page(compare);
      if (page === undefined) return;
      const { platform, templateSets } = options;
      const { hello } = machine;
      const templates = canDo(hello, CAN_REUSE) ? templateSets.name(page.templates, hello[5]) : page.templates;
      const renewed = renewedFor(machine, options);
      const [epoch, nowMs] = [epochOf(platform.random(4)), platform.now()];
      inside.dispatch({ kind: "mounted", epoch, ...page, templates, renewed, nowMs });
      if (page.hasMore) inside.dispatch(INVALIDATE);
    } catch (error) {
      inside.fail(error);
    }
  }
}
