import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, realpath, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where the unpacked browser lies, and what its process needs to start on a machine without NSS libraries and fonts. */
export interface ChromiumFiles {
  readonly executablePath: string;
  readonly env: { readonly LD_LIBRARY_PATH: string; readonly FONTCONFIG_PATH: string };
}

const VERSION = "147.0.0";
const cache = join(dirname(fileURLToPath(import.meta.url)), "../../node_modules/.cache/busbar-chromium");

/**
 * Unpacks the browser that @sparticuz/chromium carries, once per installation, and says where it is.
 * Two test runs may do this at the same moment: each unpacks into a folder of its own, and the first rename wins.
 */
export async function unpackChromium(): Promise<ChromiumFiles> {
  const home = join(cache, VERSION);
  if (!existsSync(join(home, "chromium"))) {
    await mkdir(cache, { recursive: true });
    const staging = await mkdtemp(join(cache, "unpacking-"));
    try {
      await unpackInto(staging);
      await rename(staging, home).catch((error: unknown) => {
        if (!existsSync(join(home, "chromium"))) throw error; // else another run was faster, and its files are as good
      });
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
  }
  await findFonts(home);
  return {
    executablePath: join(home, "chromium"),
    env: { LD_LIBRARY_PATH: join(home, "al2023/lib"), FONTCONFIG_PATH: join(home, "fonts") },
  };
}

// The package reads the environment when it is imported and unpacks into os.tmpdir(). Both are set for that moment only.
async function unpackInto(folder: string): Promise<void> {
  const names = ["TMPDIR", "AWS_EXECUTION_ENV", "LD_LIBRARY_PATH", "FONTCONFIG_PATH", "HOME"] as const;
  const before = names.map((name) => process.env[name]);
  process.env["TMPDIR"] = folder;
  process.env["AWS_EXECUTION_ENV"] = "AWS_Lambda_nodejs20.x"; // without it the libraries a bare machine lacks stay packed
  try {
    const { default: chromium } = await import("@sparticuz/chromium");
    await chromium.executablePath();
  } finally {
    names.forEach((name, i) => {
      const value = before[i];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    });
  }
}

/**
 * The fonts.conf in the package names folders of a cloud function, and one that was written here those of a checkout that may be gone since,
 * when several share their packages: without fonts the browser ends at the first text.
 */
async function findFonts(home: string): Promise<void> {
  const real = await realpath(home);
  const file = join(real, "fonts/fonts.conf");
  const fonts = `<dir>${join(real, "fonts")}</dir><cachedir>${join(real, "fonts-cache")}</cachedir>`;
  const text = `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>${fonts}</fontconfig>\n`;
  if ((await readFile(file, "utf8")) === text) return;
  const written = `${file}.${process.pid}`; // others may read it at this moment
  await writeFile(written, text);
  await rename(written, file);
}
