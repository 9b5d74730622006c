import { type ClientScripts, nodePlatform } from "../../adapters/node/index.ts";
import type * as door from "../../client/sync/index.ts";
import type { App } from "../../lib/app/index.ts";
import { html, unsafeRawHtml } from "../../lib/html/index.ts";
import { createHub, type Hub, memoryStore } from "../../lib/sync/index.ts";

/** The hub of such pages: it refuses what touches the map "locked". */
export const createPadHub = (): Hub<{ user: string }> =>
  createHub<{ user: string }>({
    store: memoryStore(),
    platform: nodePlatform,
    authorizeUpdate: (_connection, _name, { operations }) => operations.every(({ path }) => path[0] !== "locked"),
  });

/** What the page puts on its window as `pad`; the types are those of the door. */
export interface SyncPad {
  readonly doc: door.OpenDocument["doc"];
  readonly text: ReturnType<door.OpenDocument["doc"]["text"]>;
  readonly replica: door.OpenDocument["replica"];
  more(): Promise<typeof door>;
}

/** A page on the modules as they are shipped, with a policy that lets nothing else run: `?store`, `?tabs`, `?cursors` ask for what they name. */
export function addSyncPage(app: App, scripts: ClientScripts): void {
  app.get("/page", (c) => {
    c.addHeader("content-security-policy", "default-src 'none'; script-src 'nonce-abc'; connect-src 'self'");
    return c.html(
      html`<!doctype html><textarea></textarea><script type="module" nonce="abc">${unsafeRawHtml(`
      import * as sync from "${scripts.url("busbar-sync")}";
      const asked = new URLSearchParams(location.search);
      const { openDocument, bindTextarea, bindCursors, indexedDbStore, browserTabs } = sync;
      const opened = openDocument({
        url: "/sync", name: "pad",
        ...(asked.has("store") ? { store: indexedDbStore() } : {}),
        tabs: asked.has("tabs") ? browserTabs("pad") : undefined,
      });
      const field = document.querySelector("textarea");
      const text = opened.doc.text("body");
      bindTextarea(text, field);
      if (asked.has("cursors")) bindCursors({ ...opened, text, field });
      const more = () => import("${scripts.url("busbar-sync-more")}");
      window.pad = { ...opened, text, more };`)}</script>`,
    );
  });
}
