import { CodedError, type ErrorCode } from "../../lib/errors/index.ts";
import type { TestFile } from "./controls.ts";
import { attributeOf, type Element } from "./nodes.ts";
import type { Tab } from "./tab.ts";

const PIECE = 65_536;

/** Sends the files of an input the view hears of, as the client script does: announced one by one, then piece by piece. */
export async function sendFiles(tab: Tab, input: Element): Promise<void> {
  const field = attributeOf(input, "bus-upload");
  const { connection } = tab;
  if (field === undefined || connection === undefined) return;
  for (const file of tab.controls.filesOf(input)) await sendFile(tab, field, file);
}

async function sendFile(
  tab: Tab,
  field: string,
  { name, type = "application/octet-stream", bytes }: TestFile,
): Promise<void> {
  const entry = ++tab.lastUpload;
  let answer = await say(tab, entry, 0, [field, name, type, bytes.length]);
  while (answer.code === "" && answer.received < bytes.length) {
    const { received } = answer;
    answer = await say(tab, entry, received, bytes.slice(received, received + PIECE));
    if (answer.code === "" && answer.received <= received)
      throw new CodedError("TESTING_TIMEOUT", `the upload of ${name} does not go on after ${received} bytes`);
  }
  if (answer.code !== "" && !REFUSALS.includes(answer.code))
    throw new CodedError(answer.code as ErrorCode, `the upload of ${name}`); // cast: the server sends codes of the same table
}

/** What the page shows by itself: a test reads it there. */
const REFUSALS = ["LIVE_UPLOAD_TOO_LARGE", "LIVE_UPLOAD_TOO_MANY", "LIVE_UPLOAD_TYPE", "LIVE_UPLOAD_FULL"];

async function say(
  tab: Tab,
  entry: number,
  offset: number,
  part: Uint8Array | readonly [string, string, string, number],
): Promise<{ received: number; code: string }> {
  tab.uploads.delete(entry);
  await tab.act(() => tab.connection?.upload(entry, offset, part));
  const deadline = performance.now() + tab.site.timeoutMs;
  for (;;) {
    const answer = tab.uploads.get(entry);
    if (answer !== undefined) return answer;
    if (tab.connection?.state !== "live" || performance.now() > deadline)
      throw new CodedError("TESTING_TIMEOUT", "an upload got no answer");
    await tab.quiet();
  }
}
