/**
 * The client for development: all of it, with checks that warn on the console and a timeline on the page.
 * Load it in the place of the other scripts, or beside them. On a server, importing it does nothing.
 * @packageDocumentation
 */
import "../morph/index.ts";
import "../page/index.ts";
import "../plus/index.ts";
import { begin, running } from "./dev.ts";
import type { DevOptions, Finding } from "./types.ts";

export { config, extend, process } from "../core/index.ts";
export type { FindingCode } from "./codes.ts";
export type { DevOptions, Finding } from "./types.ts";

/**
 * Changes what the development build does, from now on. What is left out stays as it is. Before the script is loaded, set
 * `window.busbarConfig = { dev: { ... } }` instead.
 * @example
 * ```ts
 * configDev({ panel: false, slowMs: 100, ignore: ["form-no-action"] });
 * ```
 * @public
 */
export const configDev = (options: DevOptions): void => running()?.configure(options);

/**
 * Takes the timeline away and ends all checks, until the page is loaded again. Partial updates go on. Stopping twice is harmless.
 * @public
 */
export const stopDev = (): void => running()?.stop();

/**
 * What was found so far, the oldest first; at most 500. A test of your own may demand that it is empty.
 * @example
 * ```ts
 * assert.deepEqual(await page.evaluate(() => busbarDev.findings().map(({ message }) => message)), []);
 * ```
 * @public
 */
export const findings = (): Finding[] => running()?.list() ?? [];

begin();
