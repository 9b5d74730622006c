import { type Browser, chromium } from "playwright-core";
import { unpackChromium } from "./chromium-files.ts";

/**
 * Starts the real Chromium that the test run unpacked, headless, without any switch of our own.
 * The caller closes it, and closes it before the servers it talks to.
 * @example
 * ```ts
 * const browser = await launchBrowser();
 * const page = await browser.newPage({ baseURL });
 * ```
 */
export async function launchBrowser(): Promise<Browser> {
  const { executablePath, env } = await unpackChromium(); // already there after the global setup: then only a look-up
  const libraries = [env.LD_LIBRARY_PATH, process.env["LD_LIBRARY_PATH"]].filter(Boolean).join(":");
  const inherited = Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return chromium.launch({
    executablePath,
    chromiumSandbox: false, // containers run as root and forbid the namespaces the sandbox needs
    env: { ...Object.fromEntries(inherited), ...env, LD_LIBRARY_PATH: libraries },
  });
}
