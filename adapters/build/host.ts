import { readFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { isPackageFile } from "./package-path.ts";
import type { ModuleHost } from "./types.ts";

/**
 * What the plugin uses of a bundler, by shape: Rollup and Vite have it both.
 * @public
 */
export interface HookContext {
  resolve(
    source: string,
    importer?: string,
    options?: { readonly skipSelf?: boolean },
  ): Promise<{ readonly id: string; readonly external?: boolean | "absolute" | "relative" } | null>;
  load(options: { readonly id: string }): Promise<{ readonly code: string | null }>;
  parse(code: string): unknown;
  addWatchFile(id: string): void;
  error(message: string): never;
}

/**
 * What the plugin reads of Vite's configuration.
 * @public
 */
export interface ViteConfig {
  readonly root: string;
  readonly mode: string;
  readonly env: Readonly<Record<string, unknown>>;
  readonly define?: Readonly<Record<string, unknown>> | undefined;
  readonly configFileDependencies?: readonly string[];
}

interface HostOptions {
  /** The project's folder. */
  readonly cwd: string;
  readonly vite: ViteConfig | undefined;
  /** The module that is being made: what is loaded for it may import it. */
  readonly placeholder: { readonly name: string; readonly id: string; readonly code: string };
}

/** The bundler that runs a hook, as the place modules come from. */
export function moduleHost(hook: HookContext, { cwd, vite, placeholder }: HostOptions): ModuleHost {
  return {
    async resolve(specifier, importer) {
      if (specifier === placeholder.name) return placeholder.id;
      if (isBuiltin(specifier)) return undefined;
      const found = await hook.resolve(specifier, importer);
      // Packages are left to Node, which looks them up from the importer as it will when the app runs.
      if (found === null || (found.external ?? false) !== false || isPackageFile(found.id, cwd)) return undefined;
      return found.id;
    },
    async load(id) {
      if (id === placeholder.id) return placeholder.code;
      if (/\.(?:cjs|node|wasm)$/.test(id)) return undefined;
      const dev = devEnvironmentOf(hook);
      const code = dev === undefined ? (await hook.load({ id })).code : await loadInDev(dev, id);
      return code === null ? undefined : withEnvironment(code, vite);
    },
    defines: definesOf(vite),
  };
}

/** The parts of Vite's development server that turn a file into JavaScript: its `this.load` keeps the code to itself. */
interface DevEnvironment {
  readonly mode: "dev";
  readonly moduleGraph: { ensureEntryFromUrl(url: string): Promise<unknown> };
  readonly pluginContainer: {
    load(id: string): Promise<string | { readonly code: string } | null>;
    transform(code: string, id: string): Promise<{ readonly code: string }>;
  };
}

function devEnvironmentOf(hook: HookContext): DevEnvironment | undefined {
  const environment = "environment" in hook ? hook.environment : undefined;
  const isDev =
    typeof environment === "object" && environment !== null && "mode" in environment && environment.mode === "dev";
  return isDev ? (environment as DevEnvironment) : undefined; // cast: by Vite's documentation
}

async function loadInDev({ moduleGraph, pluginContainer }: DevEnvironment, id: string): Promise<string> {
  await moduleGraph.ensureEntryFromUrl(id);
  const loaded = (await pluginContainer.load(id)) ?? (await readFile(id.replace(/[?#].*$/s, ""), "utf8"));
  const { code } = await pluginContainer.transform(typeof loaded === "string" ? loaded : loaded.code, id);
  return code;
}

/** Vite puts `import.meta.env` in while it writes chunks, which is later than what is seen here. */
function withEnvironment(code: string, vite: ViteConfig | undefined): string {
  if (vite === undefined || !code.includes("import.meta.env")) return code;
  return `import.meta.env = ${JSON.stringify({ ...vite.env, SSR: true })}; ${code}`;
}

/** So it does with `define`, of which plain names become globals. */
function definesOf(vite: ViteConfig | undefined): Readonly<Record<string, string>> {
  const names = Object.entries(vite?.define ?? {}).filter(([name]) => /^[A-Za-z_$][\w$]*$/.test(name));
  return Object.fromEntries(
    names.map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}
