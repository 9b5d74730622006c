import * as subtle from "./subtle.ts";

export { type AnySignal, Computed, isComputed, isState, type Options, State } from "./classes.ts";
export { isWatcher } from "./watcher.ts";
export { subtle };
