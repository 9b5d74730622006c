import type { ClientFrame, TemplateSource, WireValue } from "../../lib/wire/index.ts";
import type { decode, encode } from "./codec.ts";
import type { fill, fillSlots, nodesOf, Page, replace, slotAt, splice } from "./page.ts";
import type { ask, trust } from "./slots.ts";

/** What a page says about one live root, as JSON inside it. */
export interface PageData {
  readonly token: string;
  build: string;
  readonly render: number;
  readonly templates?: readonly TemplateSource[];
  /** Where the templates are, when they are not here. */
  readonly templatesUrl?: string;
  /** Names of the handlers, for `pushEvent`. */
  handlers?: readonly string[];
}

/** As much of a WebSocket as is used. */
export interface Socket {
  binaryType?: string;
  onopen?: (() => void) | null;
  onmessage?: ((event: MessageEvent<ArrayBuffer>) => void) | null;
  onclose?: (() => void) | null | undefined;
  send(bytes: Uint8Array<ArrayBuffer>): void;
  close(): void;
}

/** What a server's frames have in common. */
export type AnyFrame = readonly [type: number, ...fields: unknown[]];

/** Called with what the handler returned, or with the code of what went wrong. */
export type Done = (reply: WireValue | undefined, code: string | undefined) => unknown;

/** Sends an event with what its binding says, and with `args`. */
export type Send = (binding: string, args?: { readonly [name: string]: WireValue }, done?: Done) => void;

/** A form's submission. It may have to wait, and sends what stood in the form when it was asked for. */
export interface Submission extends SubmitEvent {
  _data?: FormData;
}

/** Something sent that the server has not answered. */
export interface Pending {
  readonly _ref: number;
  readonly _type: number;
  readonly _rest: readonly WireValue[];
  readonly _done: Done | undefined;
  readonly _element: Element | undefined;
  _isSent?: boolean;
  _reply?: WireValue;
  _code?: string;
}

/** One live root at work: what its parts share. */
export interface Live {
  readonly _root: LiveRoot;
  readonly _page: Page;
  readonly _data: PageData;
  /** Ends it. */
  readonly _stopped: AbortController;
  /** Aborted at its end. */
  readonly _signal: AbortSignal;
  _socket?: Socket | undefined;
  /** It may send what happens. */
  _isJoined?: boolean;
  /** The last frame that came: another one for each. */
  _heard?: AnyFrame;
  /** Sockets that have failed, one after the other. */
  _failures?: number;
  /** The server wants it to come back this much later. */
  _retryAfterMs?: number;
  /** Epoch of the session it has joined; 0 before it has joined one. */
  _epoch: number;
  /** What HELLO says who it is. */
  _token: Uint8Array;
  /** The last patch that was applied. */
  _seq: number;
  /** The last event that was sent, or will be. */
  _ref: number;
  /** What the page shows, as the server numbers it; 0 where it has to come anew. */
  _render: number;
  /** What the server has not answered yet. */
  _pending: Pending[];
  /** Of a page with more than clicks: its events and patches wait for the script that knows of forms. */
  _form?: Promise<unknown>;
  /** Takes a frame that has waited its turn. What it returns, if anything, is waited for. */
  _receive: (frame: AnyFrame) => unknown;
  /** The server knows who this is. */
  _join: (epoch: number, isNew?: unknown) => void;
  /** An event is over. */
  _end: (event: Pending) => unknown;
  /** Sends something that takes its turn, now or when there is a socket. `rest` follows ref and seq. */
  _push: (type: number, rest: readonly WireValue[], done?: Done, element?: Element) => void;
  /** Sends a frame, if there is a socket. */
  _send(frame: ClientFrame): void;
  _emit(name: string, detail?: unknown): boolean;
  /** Opens a socket, if there is none and somebody looks. */
  _wake(): void;
  /** Closes the socket. `isFinal`: nobody will come back. */
  _stop: (isFinal: boolean) => void;
  /** Makes sockets. */
  _open: () => Socket;
  /** Sends what an event of the page is bound to. */
  _hear(event: Event): void;
  /** Loads one of the other scripts and gives it to this root; whether that worked. */
  _need(name: Script): Promise<unknown>;
  /** What follows comes with the other scripts. Decides when an event is sent. */
  _gate?: (element: Element, event: Event, go: () => void) => void;
  /** Reads what an event of a form or a control carries, and passes it on. */
  _read?: (element: Element, event: Event, send: Send) => void;
  /** Says how far it is, now or soon. */
  _acknowledge?: () => void;
  /** The last patch it has said it has. */
  _acked?: number;
  /** How long to wait for another socket, in milliseconds, before chance makes it longer. */
  _delay?: () => number;
  /** Hash of the templates the page knows. */
  _known?: () => number;
  /** Takes a frame that is none of the usual ones. */
  _other?: (frame: AnyFrame) => unknown;
  /** Changes the page, now or when it says so. */
  _change: (act: () => void, isMount?: boolean) => unknown;
  /** The server has answered what a form has sent, with a code if it went wrong. */
  _free?: (form: Element, code: string | undefined) => void;
  /** The frame in a deflated one. */
  _inflate?: ((frame: AnyFrame) => Promise<AnyFrame>) | undefined;
  /** Is waited for before a frame is taken. */
  _before?: (frame: AnyFrame) => Promise<unknown> | undefined;
  /** Something went wrong: an event, or the whole where `ref` is 0. */
  _fail?: (code: string, ref: number, afterMs: number) => void;
  /** Hears of uploads. */
  _uploaded?: (entry: number, received: number, code: string) => void;
  /** Does a command whose name is ours. */
  _command?: (name: string, args: readonly WireValue[]) => void;
  /** Listens for what the bindings of a template name. */
  _listen?: (source: string) => void;
  /** Goes to another address. */
  _go?: (href: string, replaces: boolean, flash?: string) => void;
  /** Tries another kind of socket, as this kind cannot be opened. */
  _switch?: () => void;
}

/** A live root; at work it says so. */
export interface LiveRoot extends HTMLElement {
  _live?: Live | undefined;
}

/** What the other scripts need of this one. A list: names would be bytes. */
export type Kit = readonly [
  ask: typeof ask,
  fill: typeof fill,
  splice: typeof splice,
  nodesOf: typeof nodesOf,
  replace: typeof replace,
  fillSlots: typeof fillSlots,
  slotAt: typeof slotAt,
  decode: typeof decode,
  encode: typeof encode,
  trust: typeof trust,
];

/** Gives a live root more. */
export type More = (live: Live, kit: Kit) => void;
/** The scripts that are loaded on demand. */
export type Script = "more" | "nav" | "net" | "back" | "form";
/** Loads one: it makes what it gives, once for a page. */
export type Load = (name: Script) => Promise<More>;
