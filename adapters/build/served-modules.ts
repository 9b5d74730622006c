import { existsSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Answer, Question } from "./loader-hooks.ts";
import type { ModuleHost } from "./types.ts";

/** A bundler's modules under URLs that Node can import: of the file where there is one, else a scheme of our own. */
export class ServedModules {
  readonly files: Set<string> = new Set();
  private readonly host: ModuleHost;
  private readonly cwd: string;
  private readonly ids: Map<string, string> = new Map();

  constructor(host: ModuleHost, cwd: string) {
    this.host = host;
    this.cwd = cwd;
  }

  urlOf(id: string): string {
    const path = pathOf(id);
    const url =
      path === undefined ? `busbar-module:${encodeURIComponent(id)}` : pathToFileURL(path).href + id.slice(path.length);
    this.ids.set(url, id);
    return url;
  }

  async answer(question: Question): Promise<Answer> {
    const { ask } = question;
    try {
      return { ask, ...(question.kind === "load" ? await this.load(question.url) : await this.resolve(question)) };
    } catch (error) {
      return { ask, failed: error instanceof Error ? error.message : String(error) };
    }
  }

  private async resolve(question: Extract<Question, { kind: "resolve" }>): Promise<Omit<Answer, "ask">> {
    const { specifier, importer } = question;
    const id = await this.host.resolve(specifier, this.idOf(importer));
    if (id !== undefined) return { url: this.urlOf(id) };
    return importer.startsWith("file:") ? {} : { parent: pathToFileURL(join(this.cwd, "virtual.js")).href };
  }

  private async load(url: string): Promise<Omit<Answer, "ask">> {
    const id = this.idOf(url);
    const path = pathOf(id);
    if (path !== undefined && existsSync(path)) this.files.add(path);
    const code = await this.host.load(id);
    return code === undefined ? {} : { code };
  }

  private idOf(url: string): string {
    return this.ids.get(url) ?? url;
  }
}

/** The file an id names, without what plugins put behind a question mark. */
function pathOf(id: string): string | undefined {
  const path = id.replace(/[?#].*$/s, "");
  return isAbsolute(path) && !id.startsWith("\0") ? path : undefined;
}
