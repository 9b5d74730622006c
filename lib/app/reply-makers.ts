import type { Html } from "../html/index.ts";
import { checkEtag, hasTag, precondition, type Validators } from "./conditional.ts";
import type { BytesOptions, RedirectOptions } from "./context-types.ts";
import { checkHeader, headerText } from "./headers.ts";
import { type FileOptions, type FileSource, fileReply } from "./range.ts";
import * as replies from "./replies.ts";
import { lastEventIdOf, type SseEvent, type SseOptions } from "./sse.ts";
import type { ChunkSource, HeaderList, HostRequest, Platform, Reply } from "./types.ts";

/** The part of a context that makes replies. It holds nothing of its own, so that a context stays one small object. */
export abstract class ReplyMakers {
  abstract readonly request: HostRequest;
  /** The nonce if anyone has asked for it. */
  abstract readonly usedNonce: string | undefined;
  /** What times the heartbeats of events, where there is a clock. */
  abstract readonly timer: Platform["after"] | undefined;

  html(node: Html, status?: number, headers?: HeaderList): Reply {
    return replies.html(node, status, headers, this);
  }
  json(value: unknown, status?: number, headers?: HeaderList): Reply {
    return replies.json(value, status, headers);
  }
  text(text: string, status?: number, headers?: HeaderList): Reply {
    return replies.text(text, status, headers);
  }
  bytes(bytes: Uint8Array, options?: BytesOptions): Reply {
    return replies.bytes(bytes, options);
  }
  stream(source: ChunkSource, options?: BytesOptions): Reply {
    return replies.stream(source, options);
  }
  sse(source: AsyncIterable<SseEvent | string>, options?: SseOptions): Reply {
    return replies.sse(source, options, this.timer);
  }
  file(source: FileSource, options?: FileOptions): Reply {
    return fileReply(this.request, source, options);
  }
  redirect(target: string, options?: RedirectOptions): Reply {
    return replies.redirect(target, this.request.method, options);
  }
  empty(status?: number, headers?: HeaderList): Reply {
    return replies.empty(status ?? 204, headers);
  }
  notModified(headers?: HeaderList): Reply {
    return replies.empty(304, headers);
  }
  fresh(etag: string): boolean {
    checkEtag(etag);
    const header = headerText(this.request.headers["if-none-match"]);
    return header !== undefined && hasTag(header, etag);
  }
  precondition(validators: Validators): Reply | undefined {
    return precondition(this.request, validators);
  }
  get lastEventId(): string | undefined {
    return lastEventIdOf(headerText(this.request.headers["last-event-id"]));
  }
  earlyHints(links: readonly string[]): void {
    for (const link of links) checkHeader("link", link);
    if (links.length > 0) this.request.hint?.(links);
  }
}
