import { fileURLToPath } from "node:url";
import { type App, createApp } from "busbar/app";
import { clientScripts, nodePlatform } from "busbar/node";
import { openDocuments } from "./documents.ts";
import type { ShowcaseOptions } from "./options.ts";
import { addBoard } from "./pages/board.ts";
import { addLetters } from "./pages/letters.ts";
import { addLive } from "./pages/live.ts";
import { addPad } from "./pages/pad.ts";
import { addTalk } from "./pages/talk.ts";
import { openSecret } from "./secret.ts";
import { openTodos } from "./todos.ts";

/** Everything the hosts have in common: one busbar app, whichever server it is put into. */
export interface Showcase {
  readonly app: App;
  readonly publicFolder: string;
  /** Makes durable what clients still wait for, and lets go of the data folder. */
  close(): Promise<void>;
}

/** Runs from `dist/showcase`; files that are not compiled stay where they are. */
const files = new URL("../../examples/showcase/", import.meta.url);

export async function createShowcase({
  data,
  redis,
}: Pick<ShowcaseOptions, "data"> & Partial<ShowcaseOptions>): Promise<Showcase> {
  const app = createApp({ platform: nodePlatform });
  const scripts = clientScripts();
  scripts.mount(app);

  addBoard(app, scripts, await openTodos(data)); // routes, templates, partial updates
  const secret = await openSecret(data);
  await addLive(app, scripts, secret); // a live view
  addLetters(app, scripts, secret); // a live form, with files and navigation
  addTalk(app, scripts, secret); // a stream: rows the server forgets
  const documents = await openDocuments(data, redis);
  const closePad = await addPad(app, scripts, documents, files); // a shared text

  return { app, publicFolder: fileURLToPath(new URL("public", files)), close: closePad };
}
