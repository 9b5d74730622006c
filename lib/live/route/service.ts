import type { View } from "../view/view.ts";
import type { LiveRouteOptions } from "./options.ts";
import type { SessionStore } from "./store.ts";

/** What serves one route. */
export interface Service {
  readonly view: View;
  readonly options: LiveRouteOptions;
  readonly store: SessionStore;
  /** Seals flash messages; made where it is first needed. */
  flashKey?: Uint8Array;
}
