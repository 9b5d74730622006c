import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What a build made, as the cache keeps it. */
export interface BuildOutput {
  readonly code: string;
  readonly declarations: string;
  readonly hash: string;
}

/** A file and the SHA-256 of its content; `null` for one that was not there. */
type FileState = readonly [path: string, hash: string | null];

interface Entry extends BuildOutput {
  readonly files: readonly FileState[];
}

/** One file on disk for each set of build options, valid while the files that led to it keep their content. */
export class BuildCache {
  private readonly path: string;

  constructor(folder: string, options: unknown) {
    this.path = join(folder, `${hashOf(JSON.stringify(options)).slice(0, 32)}.json`);
  }

  /** The last output and its files, unless one of them has changed. A damaged entry counts as none. */
  read(): { readonly output: BuildOutput; readonly files: readonly string[] } | undefined {
    const entry = this.load();
    if (entry?.files.every(([path, hash]) => fileHash(path) === hash) !== true) return undefined;
    const { code, declarations, hash } = entry;
    return { output: { code, declarations, hash }, files: entry.files.map(([path]) => path) };
  }

  write({ code, declarations, hash }: BuildOutput, states: readonly FileState[]): void {
    const entry: Entry = { code, declarations, hash, files: states };
    const text = JSON.stringify(entry);
    writeWhole(this.path, JSON.stringify({ check: hashOf(text), text }));
  }

  private load(): Entry | undefined {
    try {
      const { check, text } = JSON.parse(readFileSync(this.path, "utf8"));
      return typeof text === "string" && check === hashOf(text) ? JSON.parse(text) : undefined;
    } catch {
      return undefined;
    }
  }
}

export function fileStates(paths: readonly string[]): readonly FileState[] {
  return paths.map((path) => [path, fileHash(path)]);
}

/**
 * The lock file of the package manager in force, if any: with it the packages change that the table may be made with.
 */
export function lockFile(folder: string): string | undefined {
  const found = LOCK_FILES.map((name) => join(folder, name)).find((path) => existsSync(path));
  const outer = dirname(folder);
  return found ?? (outer === folder ? undefined : lockFile(outer));
}

const LOCK_FILES = ["package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock"];

/**
 * Writes a file unless it has this text already; nobody ever sees half of it.
 * @public
 */
export function writeIfChanged(path: string, text: string): void {
  if (readText(path) !== text) writeWhole(path, text);
}

function writeWhole(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const staging = `${path}.${randomUUID()}.tmp`;
  try {
    writeFileSync(staging, text);
    renameSync(staging, path);
  } finally {
    rmSync(staging, { force: true });
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function fileHash(path: string): string | null {
  try {
    return hashOf(readFileSync(path));
  } catch {
    return null;
  }
}

function hashOf(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
