import { unpackChromium } from "./chromium-files.ts";

/** Vitest's global setup of the browser project: the browser is on disk before the first test file starts. */
export async function setup(): Promise<void> {
  await unpackChromium();
}
