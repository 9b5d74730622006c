/** What becomes of a request while another one of the same place runs, as `bus-sync` says or by itself. */
export type Coordination = "drop" | "queue" | "replace";

/**
 * The client's rule for what a reader does: a GET replaces, a click or submit that would change something is dropped, any other change
 * waits, the last one only.
 */
export function coordinationOf(sync: string, method: string, type: string): Coordination {
  const [, strategy] = /:?(drop|abort|replace|queue.*)$/s.exec(sync) ?? [];
  if (strategy !== undefined)
    return strategy.startsWith("queue") ? "queue" : strategy === "replace" ? "replace" : "drop";
  if (method === "GET") return "replace";
  return type === "click" || type === "submit" ? "drop" : "queue";
}
