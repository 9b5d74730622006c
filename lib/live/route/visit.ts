import type { Context, HostRequest, SocketChannel, StandardSchema } from "../../app/index.ts";
import { withoutEvent } from "../bind.ts";
import { openFlash, sealFlash } from "../flash.ts";
import { checkUrl } from "../view/contexts.ts";
import { readParams } from "./params.ts";
import type { Service } from "./service.ts";
import type { Visit } from "./visit-types.ts";

/** The visit a request asks for; `undefined` when the view's schemas refuse its parameters or its query. */
export async function createVisit(service: Service, c: Context): Promise<Visit | undefined> {
  const { view, store } = service;
  const params = await readParams(view, c);
  const query = params && (await readQuery(view.query, c));
  if (params === undefined || query === undefined) return undefined;
  const url = withoutEvent(c.base + c.url);
  return {
    c,
    url,
    params: params.value,
    query: query.value,
    token: (id) => store.tokens(c).issue(id, url),
    go: (to) => travel(service, c, to),
    seal: (items, to) => sealFlash(items, to, flashKey(service, c), c.platform),
    unseal: (text) => openFlash(text, url, flashKey(service, c), c.platform),
  };
}

/** One for all: an object without a prototype takes 350 bytes, and sessions keep it (bench: live, "memory"). */
const NO_QUERY = { value: Object.freeze(Object.create(null)) as unknown };

/** Without the fields that are ours. */
async function readQuery(
  schema: StandardSchema | undefined,
  c: Context,
): Promise<{ readonly value: unknown } | undefined> {
  const fields = Object.entries(c.query).filter(([name]) => !name.startsWith("bus:"));
  if (schema === undefined && fields.length === 0) return NO_QUERY;
  const own: Record<string, string | readonly string[]> = Object.create(null);
  for (const [name, value] of fields) own[name] = value;
  if (schema === undefined) return { value: own };
  const result = await schema["~standard"].validate({ ...own });
  return result.issues === undefined ? { value: result.value } : undefined;
}

/** Asks the app for a socket at the new address, so that all middleware on it runs, and takes none. */
async function travel(service: Service, c: Context, to: string): Promise<Visit | undefined> {
  const { base, request } = c;
  const url = withoutEvent(to);
  try {
    checkUrl(url);
  } catch {
    return undefined;
  }
  const inner = below(base, url);
  if (inner === undefined || url.includes("#")) return undefined;
  const asked: HostRequest = {
    ...{ method: "GET", url: inner, base, headers: request.headers, signal: c.signal },
    ...{ address: request.address, secure: request.secure, raw: request.raw },
    stream: nothing,
  };
  const answer = await c.connect(asked);
  if (typeof answer !== "function") return undefined;
  const probe = new Probe(service);
  answer(probe);
  probe.close();
  return probe.found && (await createVisit(service, probe.found));
}

/** An address as the app sees it: hosts that serve it under a path of theirs cut that off, and what is left of the path itself is "/". */
function below(base: string, url: string): string | undefined {
  if (!url.startsWith(base)) return undefined;
  const rest = url.slice(base.length);
  if (rest === "" || rest.startsWith("?")) return `/${rest}`;
  return rest.startsWith("/") ? rest : undefined;
}

/** A channel nobody listens to: it only finds out who would have taken it. */
export class Probe implements SocketChannel {
  readonly queuedBytes = 0;
  found: Context | undefined = undefined;
  private readonly service: Service;
  private listeners: ((code: number, reason: string) => void)[] = [];

  constructor(service: Service) {
    this.service = service;
  }

  /** A live route says what it would have served. */
  meet(service: Service, c: Context): void {
    if (service === this.service) this.found = c;
  }

  send(): void {}
  onMessage(): () => void {
    return () => {};
  }
  onClose(listener: (code: number, reason: string) => void): () => void {
    this.listeners.push(listener);
    return () => {};
  }
  close(): void {
    for (const listener of this.listeners.splice(0)) listener(1000, "");
  }
}

async function* nothing(): AsyncGenerator<Uint8Array, void, void> {}

function flashKey(service: Service, c: Context): Uint8Array {
  service.flashKey ??= service.options.secret ?? c.platform.random(32);
  return service.flashKey;
}
