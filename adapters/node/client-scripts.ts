import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { App } from "../../lib/app/index.ts";
import { CodedError } from "../../lib/errors/index.ts";
import { type Html, html, spread } from "../../lib/html/index.ts";

/**
 * A browser bundle by name.
 * @public
 */
export type ClientScript =
  | "busbar"
  | "busbar-plus"
  | "busbar-page"
  | "busbar-morph"
  | "busbar-dev"
  | "busbar-hx"
  | "busbar-hx-plus"
  | "busbar-hx-page"
  | "busbar-hx-morph"
  | "busbar-live"
  | "busbar-live-back"
  | "busbar-live-form"
  | "busbar-live-more"
  | "busbar-live-nav"
  | "busbar-live-net"
  | "busbar-sync"
  | "busbar-sync-more"
  | ClientScriptPart;

/**
 * What `busbar-sync` loads when a page needs it; `tag` preloads it.
 * @public
 */
export type ClientScriptPart =
  | "busbar-sync-browser-tabs"
  | "busbar-sync-cursor-layer"
  | "busbar-sync-indexed-db-store"
  | "busbar-sync-local-log"
  | "busbar-sync-renewer"
  | "busbar-sync-tabs";

/**
 * Options of `clientScripts`.
 * @public
 */
export interface ClientScriptsOptions {
  /** The public path the scripts are under, a mount path of the host included. @defaultValue "/busbar" */
  readonly base?: string;
  /** The prefix `mount` adds its routes under, when the host cuts a mount path off. @defaultValue the value of `base` */
  readonly route?: string;
  /** The folder the bundles are in, ending in a slash. @defaultValue the one this package has them in */
  readonly directory?: URL;
}

/**
 * Options of a script tag.
 * @public
 */
export interface ScriptTagOptions {
  /** Load it as a module. @defaultValue true for busbar-sync and busbar-sync-more, which are, false for the others */
  readonly module?: boolean;
}

/**
 * The browser bundles, served under addresses that change with their content.
 * @public
 */
export interface ClientScripts {
  /** Adds the routes that serve the bundles. */
  mount(app: Pick<App, "get">): void;
  /** The address of a bundle. @throws CodedError `NODE_CLIENT_MISSING` */
  url(name: ClientScript): string;
  /** A script tag with integrity, for the page's head; for a part of busbar-sync a link that preloads it. @throws CodedError `NODE_CLIENT_MISSING` */
  tag(name: ClientScript, options?: ScriptTagOptions): Html;
}

const NAMES: readonly ClientScript[] = [
  ...(["busbar", "busbar-plus", "busbar-page", "busbar-morph", "busbar-dev"] as const),
  ...(["busbar-hx", "busbar-hx-plus", "busbar-hx-page", "busbar-hx-morph", "busbar-live"] as const),
  ...(["busbar-live-back", "busbar-live-form", "busbar-live-more", "busbar-live-nav", "busbar-live-net"] as const),
];

const PARTS: readonly ClientScript[] = [
  ...(["busbar-sync-browser-tabs", "busbar-sync-cursor-layer", "busbar-sync-indexed-db-store"] as const),
  ...(["busbar-sync-local-log", "busbar-sync-renewer", "busbar-sync-tabs"] as const),
];

/** Modules that import each other, by name. */
const FAMILY: readonly ClientScript[] = ["busbar-sync", "busbar-sync-more", ...PARTS];

interface Bundle {
  readonly bytes: Uint8Array;
  readonly file: string;
  readonly integrity: string;
}

/**
 * Serves the browser bundles of this package: immutable addresses with a hash in them, and tags with subresource integrity.
 * @remarks Each bundle is read and hashed once, when it is first asked for.
 * @example
 * ```ts
 * const scripts = clientScripts();
 * scripts.mount(app);
 * app.get("/", (c) => c.html(html`<head>${scripts.tag("busbar")}</head>`));
 * ```
 * @public
 */
export function clientScripts(options: ClientScriptsOptions = {}): ClientScripts {
  const base = trimSlash(options.base ?? "/busbar");
  const route = trimSlash(options.route ?? base);
  const bundles = new Map<ClientScript, Bundle>();
  const bundle = (name: ClientScript): Bundle => {
    const known = bundles.get(name);
    if (known !== undefined) return known;
    if (FAMILY.includes(name)) for (const [each, loaded] of loadFamily(options.directory)) bundles.set(each, loaded);
    else bundles.set(name, loadBundle(name, options.directory));
    return bundles.get(name) as Bundle; // cast: one of the two has set it
  };
  const url = (name: ClientScript): string => `${base}/${bundle(name).file}`;
  /** Where the script finds what it loads when a page needs it. */
  const onDemand = (): Record<string, string> =>
    Object.fromEntries(
      (["back", "form", "more", "nav", "net"] as const).map((part) => {
        const name = `busbar-live-${part}` as const;
        return [`data-${part}`, `${url(name)} ${bundle(name).integrity}`];
      }),
    );

  return {
    mount: (app) => {
      for (const name of [...NAMES, ...FAMILY]) {
        app.get(`${route}/${name}-:hash([0-9a-f]+).min.js`, (c) => {
          const { file, bytes } = bundle(name);
          if (!c.url.replace(/[?#].*$/s, "").endsWith(`/${file}`)) return c.text("Not Found", 404); // of another release
          return c.bytes(bytes, { type: "text/javascript; charset=utf-8", headers: IMMUTABLE });
        });
      }
    },
    url,
    tag(name, { module = FAMILY.includes(name) } = {}) {
      const { integrity } = bundle(name);
      if (PARTS.includes(name)) return html`<link rel="modulepreload" href=${url(name)} integrity=${integrity}>`;
      return module
        ? html`<script type="module" src=${url(name)} integrity=${integrity}></script>`
        : html`<script src=${url(name)} integrity=${integrity} ${spread(name === "busbar-live" ? onDemand() : {})} defer></script>`;
    },
  };
}

const IMMUTABLE = { "cache-control": "public, max-age=31536000, immutable", "x-content-type-options": "nosniff" };

function loadBundle(name: ClientScript, directory: URL | undefined): Bundle {
  const source = name === "busbar-dev" ? `${name}.js` : `${name}.min.js`; // which is there to be read
  const bytes = findBundle(source, directory === undefined ? PLACES : [directory]);
  return named(name, bytes, hashOf([bytes]));
}

/** They name each other, so all have one hash: of all that stands in them. */
function loadFamily(directory: URL | undefined): ReadonlyMap<ClientScript, Bundle> {
  const places = directory === undefined ? PLACES : [directory];
  const files = FAMILY.map((name) => findBundle(`${name}.min.js`, places));
  const hash = hashOf(files);
  const link = (bytes: Uint8Array): Uint8Array =>
    Buffer.from(
      Buffer.from(bytes)
        .toString("utf8")
        .replace(/"\.\/(busbar-sync[a-z-]*)\.min\.js"/g, `"./$1-${hash}.min.js"`),
    );
  return new Map(FAMILY.map((name, i) => [name, named(name, link(files[i] as Uint8Array), hash)])); // cast: one file for each
}

function named(name: ClientScript, bytes: Uint8Array, hash: string): Bundle {
  const integrity = `sha384-${createHash("sha384").update(bytes).digest("base64")}`;
  return { bytes, file: `${name}-${hash}.min.js`, integrity };
}

function hashOf(files: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const bytes of files) hash.update(bytes);
  return hash.digest("hex").slice(0, 16);
}

// From this module upwards, since a bundler decides whether it ends up in a door or in a shared chunk.
const PLACES: readonly URL[] = ["./client/", "../client/", "../../client/", "../../dist/client/"].map(
  (path) => new URL(path, import.meta.url),
);

function findBundle(file: string, places: readonly URL[]): Uint8Array {
  for (const place of places) {
    try {
      return new Uint8Array(readFileSync(new URL(file, place)));
    } catch {
      // not here: the next place decides
    }
  }
  throw new CodedError("NODE_CLIENT_MISSING", `the browser bundle ${file} is not where the package keeps it`, {
    value: file,
  });
}

function trimSlash(path: string): string {
  return path.endsWith("/") ? path.slice(0, -1) : path;
}
