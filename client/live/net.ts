import { transitions } from "./show.ts";
import { fallBack } from "./sse.ts";
import { keepStreams } from "./streams.ts";
import type { More } from "./types.ts";
import { sendUploads } from "./uploads.ts";

/** Makes what files and other networks need. */
export const createNet = (): More => (live, kit) => {
  for (const part of [keepStreams, fallBack, transitions, sendUploads]) part(live, kit);
};
