/*
 * Events as the DOM has them: capture and bubble, once, signals, default actions. One of the files of a DOM for simulations: jsdom is true to
 * every standard and takes four fifths of a simulation's time. dom.test.ts holds this one against jsdom.
 */

interface EventInit {
  readonly bubbles?: boolean;
  readonly cancelable?: boolean;
  readonly detail?: unknown;
}

export class SimEvent {
  readonly type: string;
  readonly bubbles: boolean;
  readonly cancelable: boolean;
  readonly detail: unknown;
  target: SimTarget | null = null;
  currentTarget: SimTarget | null = null;
  defaultPrevented = false;
  isStopped = false;
  isStoppedAtOnce = false;

  /** @param more - What events of its kind have besides: `submitter`, `ctrlKey`. */
  constructor(type: string, init: EventInit = {}, more: object = {}) {
    const { bubbles = false, cancelable = false, detail = null } = init;
    this.type = type;
    this.bubbles = bubbles;
    this.cancelable = cancelable;
    this.detail = detail;
    Object.assign(this, more);
  }

  preventDefault(): void {
    if (this.cancelable) this.defaultPrevented = true;
  }

  stopPropagation(): void {
    this.isStopped = true;
  }

  stopImmediatePropagation(): void {
    this.isStopped = true;
    this.isStoppedAtOnce = true;
  }

  composedPath(): readonly SimTarget[] {
    return this.target === null ? [] : pathOf(this.target);
  }
}

type Listener = ((event: SimEvent) => unknown) | { handleEvent(event: SimEvent): unknown };
interface Entry {
  readonly type: string;
  readonly listener: Listener;
  readonly capture: boolean;
  readonly once: boolean;
}
interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: () => void, options: { readonly once: true }): void;
}
interface ListenOptions {
  readonly capture?: boolean;
  readonly once?: boolean;
  readonly signal?: AbortSignalLike;
}

/** Node's own warns of many listeners, and keeps them. */
export class SimAbortController {
  readonly signal: SimTarget & { aborted: boolean } = Object.assign(new SimTarget(), { aborted: false });

  abort(): void {
    if (this.signal.aborted) return;
    this.signal.aborted = true;
    this.signal.dispatchEvent(new SimEvent("abort"));
  }
}

/** Hears what listeners throw. */
export const listenerErrors: unknown[] = [];

export class SimTarget {
  private entries: Entry[] | undefined;

  /** Where an event goes next. */
  eventParent(): SimTarget | null {
    return null;
  }

  addEventListener(type: string, listener: Listener | null, options: boolean | ListenOptions = {}): void {
    if (listener === null) return;
    const { capture = false, once = false, signal } = typeof options === "boolean" ? { capture: options } : options;
    if (signal?.aborted === true) return;
    this.entries ??= [];
    if (this.entries.some((entry) => entry.type === type && entry.listener === listener && entry.capture === capture))
      return;
    this.entries.push({ type, listener, capture, once });
    signal?.addEventListener("abort", () => this.removeEventListener(type, listener, capture), { once: true });
  }

  removeEventListener(type: string, listener: Listener | null, options: boolean | ListenOptions = {}): void {
    const capture = typeof options === "boolean" ? options : (options.capture ?? false);
    this.entries = this.entries?.filter(
      (entry) => entry.type !== type || entry.listener !== listener || entry.capture !== capture,
    );
  }

  /** Forgets every listener: this target is given to another page. */
  forget(): void {
    this.entries = undefined;
  }

  dispatchEvent(event: SimEvent): boolean {
    event.target = this;
    const path = pathOf(this);
    for (let at = path.length - 1; at > 0 && !event.isStopped; at--) path[at]?.hear(event, true);
    this.hear(event, true);
    this.hear(event, false);
    for (let at = 1; at < path.length && event.bubbles && !event.isStopped; at++) path[at]?.hear(event, false);
    event.currentTarget = null;
    return !event.defaultPrevented;
  }

  private hear(event: SimEvent, capture: boolean): void {
    event.currentTarget = this;
    for (const entry of this.entries === undefined ? [] : [...this.entries]) {
      if (entry.type !== event.type || entry.capture !== capture || this.entries?.includes(entry) !== true) continue;
      if (event.isStoppedAtOnce) return;
      if (entry.once) this.removeEventListener(entry.type, entry.listener, entry.capture);
      try {
        if (typeof entry.listener === "function") entry.listener.call(this, event);
        else entry.listener.handleEvent(event);
      } catch (error) {
        listenerErrors.push(error);
      }
    }
  }
}

function pathOf(target: SimTarget): SimTarget[] {
  const path: SimTarget[] = [];
  for (let at: SimTarget | null = target; at !== null; at = at.eventParent()) path.push(at);
  return path;
}
