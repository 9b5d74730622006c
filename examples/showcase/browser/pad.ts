import { replay } from "./trace.ts";

type Sync = typeof import("busbar/client/sync");

function find<E extends Element>(selector: string): E {
  const element = document.querySelector<E>(selector);
  if (element === null) throw new Error(`${selector} is missing`);
  return element;
}

const card = find<HTMLElement>("[data-sync]");
const field = find<HTMLTextAreaElement>("#pad");
const button = find<HTMLButtonElement>("#replay");
const status = find<HTMLElement>(".status");
const kept = find<HTMLElement>("#kept");
const people = find<HTMLUListElement>(".people");

// The modules' addresses change with their content; the page knows them.
const { bindCursors, bindTextarea, browserTabs, effect, indexedDbStore, openDocument }: Sync = await import(
  card.dataset["sync"] ?? ""
);

// Kept in this browser, so that it opens, and edits are safe, while the server is away; all tabs share one connection.
const { doc, replica, presence } = openDocument({
  url: "/pad/sync",
  name: "pad",
  store: indexedDbStore({ database: "showcase" }),
  tabs: browserTabs("pad"),
});
const text = doc.text("body");
bindTextarea(text, field);
bindCursors({ doc, text, field, presence });
presence.set({}); // here, and not writing yet

effect(() => {
  status.dataset["status"] = replica.status.get();
  status.textContent = replica.status.get();
});
effect(() => {
  const unsaved = replica.unsaved.get();
  const isKept = replica.stored.get() === "saved";
  const waiting =
    unsaved === 0 ? "" : `${unsaved} edits are not on the server yet${isKept ? ", but safe in this browser" : ""}.`;
  kept.textContent = replica.stored.get() === "failed" ? `This browser cannot keep the text. ${waiting}` : waiting;
});
effect(() => {
  people.replaceChildren(
    ...presence.others.get().map(({ user }) => {
      const item = document.createElement("li");
      item.textContent = String(user);
      return item;
    }),
  );
});

button.disabled = false;
button.addEventListener("click", async () => {
  button.disabled = true;
  try {
    const { encodeCursor }: Sync = await import(card.dataset["more"] ?? "");
    const trace = await (await fetch("/pad/trace.json")).json();
    await replay(doc, text, trace, (index) => {
      const head = encodeCursor(doc.cursor(text, index));
      presence.set({ anchor: head, head });
    });
  } finally {
    button.disabled = false;
  }
});
