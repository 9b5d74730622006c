import { type Browser, type BrowserContext, chromium, type LaunchOptions } from "playwright-core";
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
  return chromium.launch(await launchOptions());
}

/** Starts it with a profile in a folder, where it finds its cache and cookies the next time. */
export async function launchProfile(folder: string, baseURL: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(folder, { ...(await launchOptions()), baseURL });
}

async function launchOptions(): Promise<LaunchOptions> {
  const { executablePath, env } = await unpackChromium(); // already there after the global setup: then only a look-up
  const libraries = [env.LD_LIBRARY_PATH, process.env["LD_LIBRARY_PATH"]].filter(Boolean).join(":");
  const inherited = Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return {
    executablePath,
    chromiumSandbox: false, // containers run as root and forbid the namespaces the sandbox needs
    env: { ...Object.fromEntries(inherited), ...env, LD_LIBRARY_PATH: libraries },
  };
}
