import { bindTextarea, browserTabs, deleteIndexedDb, indexedDbStore, openDocument } from "../../client/sync/index.ts";

// A page that keeps its document in the browser: `?keep` with IndexedDB, `?tabs` over one connection with the other tabs.
const field = document.querySelector("textarea");
if (field === null) throw new Error("no textarea");
const asked = new URLSearchParams(location.search);
const store = asked.has("keep") ? indexedDbStore({ database: "kept" }) : undefined;
const { doc, replica, presence, close } = openDocument({
  url: `/sync${location.search}`,
  name: "pad",
  ...(store === undefined ? {} : { store }),
  tabs: asked.has("tabs") ? browserTabs(`pad ${asked.get("name")}`) : undefined,
});
const text = doc.text("body");
bindTextarea(text, field);
Object.assign(window, { pad: { doc, text, replica, presence, close, store, deleteIndexedDb, indexedDbStore } });
