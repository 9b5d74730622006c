import { resolve } from "node:path";
import process from "node:process";
import { isCodedError } from "../../lib/errors/index.ts";
import { type RoutesOptions, runBuild } from "./build-routes.ts";
import { writeIfChanged } from "./cache.ts";
import { type HookContext, moduleHost, type ViteConfig } from "./host.ts";

/**
 * The plugin as Rollup and Vite take it.
 * @public
 */
export interface RoutesPlugin {
  readonly name: string;
  /** Before the plugins of Vite, which do not know the module. */
  readonly enforce: "pre";
  /** Vite tells its project. */
  configResolved(config: ViteConfig): void;
  /** Claims `busbar:routes`. */
  resolveId(source: string): string | null;
  /** Gives a placeholder. */
  load(id: string): string | null;
  /** Puts the dispatch in its place. */
  transform(this: HookContext, code: string, id: string): Promise<{ code: string; map: { mappings: "" } } | null>;
}

const NAME = "busbar:routes";
const ID = `\0${NAME}`;

/**
 * Serves the module `busbar:routes`, whose `dispatch` is generated from the route table of one of the app's modules.
 * Aliases, TypeScript and whatever else the bundler does hold for that module too.
 * @example
 * ```ts
 * // vite.config.ts, or rollup.config.js
 * plugins: [busbarRoutes({ module: "./src/routes.ts", declarations: "./src/busbar-routes.d.ts" })];
 * // in the app
 * import { dispatch } from "busbar:routes";
 * const matcher = bindDispatch(router, dispatch);
 * ```
 * @public
 */
export function busbarRoutes(options: RoutesOptions): RoutesPlugin {
  let vite: ViteConfig | undefined;
  return {
    name: "busbar-routes",
    enforce: "pre",
    configResolved(config) {
      vite = config;
    },
    resolveId: (source) => (source === NAME ? ID : null),
    // The work is left to transform: bundlers let only so many loads run at once, and it waits for others.
    load: (id) => (id === ID ? PLACEHOLDER : null),
    async transform(_code, id) {
      if (id !== ID) return null;
      const cwd = resolve(vite?.root ?? process.cwd());
      const build = await runBuild(options, {
        cwd,
        parse: (text) => this.parse(text),
        host: moduleHost(this, { cwd, vite, placeholder: { name: NAME, id: ID, code: PLACEHOLDER } }),
        module: NAME,
        ...hostState(vite),
      });
      for (const file of build.files) this.addWatchFile(file);
      if ("error" in build) return this.error(messageOf(build.error));
      if (options.declarations !== undefined) writeIfChanged(resolve(cwd, options.declarations), build.declarations);
      return { code: build.code, map: { mappings: "" } };
    },
  };
}

/** What a module of the table gets when it imports the dispatch that is made from it. */
const PLACEHOLDER = "export const dispatch = undefined;\n";

/** What in the host's configuration may change the table. */
function hostState(vite: ViteConfig | undefined): { readonly extra: unknown; readonly files?: readonly string[] } {
  if (vite === undefined) return { extra: "rollup" };
  const { mode, env, define, configFileDependencies: files = [] } = vite;
  return { extra: ["vite", mode, env, define], files };
}

function messageOf(error: unknown): string {
  if (isCodedError(error)) return `${error.message} (${error.code}). ${error.hint}`;
  return error instanceof Error ? error.message : String(error);
}
