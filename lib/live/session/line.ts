import type { Platform, SocketChannel } from "../../app/index.ts";
import { CAN_INFLATE, type HelloFrame } from "../../wire/index.ts";
import { canDo } from "../machine/can-do.ts";
import { deflateFrame } from "./deflate.ts";

/** The socket a session has, or has not. */
export class Line {
  private channel: SocketChannel | undefined = undefined;
  /** What long frames to this channel go through. */
  private deflate: Platform["deflate"] = undefined;
  private stopListening: (() => void) | undefined = undefined;
  private readonly isShared: boolean;

  /** @param isShared - What it is sent, others are sent as well. */
  constructor(isShared: boolean) {
    this.isShared = isShared;
  }

  get isOpen(): boolean {
    return this.channel !== undefined;
  }

  isOf(channel: SocketChannel): boolean {
    return this.channel === channel;
  }

  /** @param lost - It was closed, and not from here. */
  open(channel: SocketChannel, hello: HelloFrame, deflate: Platform["deflate"], lost: () => void): void {
    this.channel = channel;
    this.deflate = canDo(hello, CAN_INFLATE) ? deflate : undefined;
    this.stopListening = channel.onClose(() => {
      if (this.channel !== channel) return;
      this.channel = undefined;
      lost();
    });
  }

  send(bytes: Uint8Array): void {
    this.channel?.send(this.deflate === undefined ? bytes : deflateFrame(bytes, this.deflate, this.isShared));
  }

  close(code: number, reason: string): void {
    const old = this.channel;
    this.stopListening?.();
    this.channel = undefined;
    old?.close(code, reason);
  }
}
