import { type Dirent, lstatSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";

/** Files that are looked at. */
const EXTENSIONS = new Set(
  (
    "html htm xhtml ejs hbs handlebars mustache pug jade njk nunjucks jinja jinja2 j2 django twig liquid php phtml erb haml slim eex heex leex cshtml razor " +
    "jsp ftl gohtml tmpl gotmpl templ jsx tsx vue svelte astro marko js mjs cjs ts mts cts py rb go java kt cs rs ex exs css scss sass less"
  ).split(" "),
);

const SKIPPED_FOLDERS = new Set(["node_modules", "bower_components", ".git", ".hg", ".svn", "dist", "coverage"]);

/** htmx itself, its extensions, and what was minified. */
const SKIPPED_FILES = /^(?:htmx|htmax|idiomorph)[\w.-]*\.[cm]?js$|\.min\.(?:js|css)$|\.d\.ts$/i;

/** How much is looked at. */
export interface WalkLimits {
  /** Larger files are named, not read. */
  readonly maxFileBytes: number;
  readonly maxFiles: number;
  /** Folders below the first one. */
  readonly maxDepth: number;
}

export const LIMITS: WalkLimits = { maxFileBytes: 1 << 20, maxFiles: 20_000, maxDepth: 32 };

/** A file or folder that was not looked at, and why. */
export interface Left {
  readonly name: string;
  readonly why: string;
}

/** What a walk has found, paths with `/` from where it started. */
export interface Walked {
  readonly files: readonly string[];
  /** What was not looked at although it belongs to the project. */
  readonly left: readonly Left[];
  /** The folder, without links. */
  readonly root: string;
}

/**
 * Lists the files of a folder, or the one file, in the order of their names. Links are never followed.
 * @throws what the file system throws when `start` cannot be read.
 */
export function walk(start: string, limits: WalkLimits = LIMITS): Walked {
  const real = realpathSync(start);
  if (!statSync(real).isDirectory()) return { files: [""], left: [], root: real };
  const files: string[] = [];
  const left: Left[] = [];
  const folders: [path: string, depth: number][] = [[real, 0]];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const [path, depth] = folder;
    const inside: [path: string, depth: number][] = [];
    for (const entry of entriesOf(path, left, real)) {
      const child = join(path, entry.name);
      if (entry.isDirectory() && !SKIPPED_FOLDERS.has(entry.name)) inside.push([child, depth + 1]);
      else if (entry.isFile() && isRead(entry.name)) {
        if (files.length >= limits.maxFiles)
          return { files, left: [...left, { name: "", why: `more than ${limits.maxFiles} files` }], root: real };
        const { size } = lstatSync(child);
        if (size > limits.maxFileBytes)
          left.push({ name: nameFrom(real, child), why: `larger than ${limits.maxFileBytes} bytes` });
        else files.push(nameFrom(real, child));
      }
    }
    if (depth < limits.maxDepth) folders.push(...inside.reverse());
    else
      for (const [deep] of inside)
        left.push({ name: nameFrom(real, deep), why: `more than ${limits.maxDepth} folders deep` });
  }
  return { files, left, root: real };
}

/** A folder that may not be read is named. */
function entriesOf(path: string, left: Left[], root: string): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    if (path === root) return readdirSync(path, { withFileTypes: true });
    left.push({ name: nameFrom(root, path), why: "cannot be read" });
    return [];
  }
}

function isRead(name: string): boolean {
  return name === "package.json" || (EXTENSIONS.has(extensionOf(name)) && !SKIPPED_FILES.test(name));
}

/** The last part of a name, in small letters. */
export function extensionOf(name: string): string {
  return /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
}

function nameFrom(root: string, path: string): string {
  return relative(root, path).split(sep).join("/");
}

/** The text of a file; undefined for what is no text, or cannot be read. */
export function textOf(path: string): string | undefined {
  try {
    const text = readFileSync(path, "utf8");
    return text.includes("\0") ? undefined : text;
  } catch {
    return undefined;
  }
}
