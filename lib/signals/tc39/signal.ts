import { state } from "../seam.ts";
import { Computed, State } from "./classes.ts";
import * as subtle from "./subtle.ts";

export { type AnySignal, Computed, isComputed, isState, type Options, State } from "./classes.ts";
export { isWatcher } from "./watcher.ts";
export { subtle };

// One of each class, for ever: see `kept` there. Of a text, as in effect.ts.
const kept = new State("");
const watcher = new subtle.Watcher(() => {});
watcher.watch(kept);
state.kept.push(kept, new Computed(() => kept.get()), watcher);
