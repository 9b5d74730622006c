import { demandOption, type TabSource } from "../../lib/sync/index.ts";

/**
 * Joins the tabs of this browser that share one connection: a BroadcastChannel between them, and a Web Lock that says who leads. Both end with
 * the tab, however it ends; a tab that is frozen gives the lead away before.
 * @param name - What they have in common: the hub's address, the document and the user.
 * @returns What `openDocument` and `createReplica` take as `tabs`. Undefined where the browser has no BroadcastChannel or no Web Locks, on pages without https for one: each tab then connects by itself. So it does where they are there and may not be used.
 * @public
 * @throws CodedError `SYNC_BAD_OPTION`.
 */
export function browserTabs(name: string): TabSource | undefined {
  demandOption(typeof name === "string", "name");
  const { locks } = navigator as { locks?: LockManager }; // cast: there are none in insecure contexts
  if (locks === undefined || typeof BroadcastChannel === "undefined") return undefined;
  return async () => {
    const { BrowserTabs } = await import("./browser-tabs.ts");
    try {
      await locks.query(); // where a page may not use them, as in a frame without an origin, nothing else says so before a tab would lead
      return new BrowserTabs(`busbar:${name}`, locks);
    } catch {
      return undefined;
    }
  };
}
