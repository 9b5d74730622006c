import { readFile } from "node:fs/promises";
import type { App } from "busbar/app";
import { html } from "busbar/html";
import { type ClientScripts, nodePlatform } from "busbar/node";
import { createHub } from "busbar/sync";
import type { Documents } from "../documents.ts";
import { layout } from "./layout.ts";

/** A text that everyone edits at once. It lives in an embedded store, so it is still there after a restart. */
export async function addPad(
  app: App,
  scripts: ClientScripts,
  { store, bus, nextGuest, close }: Documents,
  files: URL,
): Promise<() => Promise<void>> {
  const hub = createHub({ store, ...(bus && { bus }), platform: nodePlatform, onError: console.error });
  const trace = await readFile(new URL("data/sveltecomponent.json.gz", files));
  const script = await readFile(new URL("browser/pad.js", import.meta.url));

  app.get("/pad", () =>
    layout(
      {
        title: "Pad",
        lead: "Open this page twice. Both write into one text, also while the server is away: edits are kept in the browser until it is back.",
        path: "/pad",
        scripts: html`<script type="module" src="/pad.js"></script>`,
      },
      html`<div class="card" data-sync=${scripts.url("busbar-sync")} data-more=${scripts.url("busbar-sync-more")}>
<div class="row"><button id="replay" type="button" disabled>Replay</button>
<span class="grow">Types 18,335 recorded edits into the text, in every open window.</span>
<span class="status" data-status="connecting" role="status">connecting</span></div>
<div class="pad"><textarea id="pad" aria-label="Shared text" spellcheck="false" autocomplete="off"></textarea></div>
<p id="kept" role="status"></p>
<ul class="people" aria-label="Also here"></ul>
<noscript><p class="error">A shared text needs JavaScript.</p></noscript></div>`,
    ),
  );
  app.get("/pad.js", (c) => c.bytes(script, { type: "text/javascript; charset=utf-8" }));
  app.get("/pad/trace.json", (c) =>
    c.bytes(trace, {
      type: "application/json",
      headers: { "content-encoding": "gzip", "cache-control": "max-age=3600" },
    }),
  );
  app.socket("/pad/sync", async (_c, channel) => {
    hub.accept(channel, { user: `Guest ${await nextGuest()}` }); // what the page says meanwhile waits in its socket
  });

  return async () => {
    await hub.close();
    await close();
  };
}
