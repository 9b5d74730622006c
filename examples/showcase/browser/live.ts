// Says below the view whether it is connected. The view itself needs no script of the page's own.
const status = document.querySelector<HTMLElement>(".status");

function show(state: string, text: string): void {
  if (status === null) return;
  status.dataset["status"] = state;
  status.textContent = text;
}

document.addEventListener("bus:live:connected", () => show("synced", "connected"));
document.addEventListener("bus:live:disconnected", () => show("offline", "connection lost, trying again"));

export {};
