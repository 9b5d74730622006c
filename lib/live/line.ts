import type { Platform, SocketChannel } from "../app/index.ts";
import { CAN_INFLATE, type HelloFrame } from "../wire/index.ts";
import { deflateMount } from "./deflate.ts";
import { canDo } from "./session-help.ts";

/** The socket a session has, or has not. */
export class Line {
  private channel: SocketChannel | undefined = undefined;
  /** What MOUNTs to this channel go through. */
  private deflate: Platform["deflate"] = undefined;
  private stopListening: (() => void) | undefined = undefined;

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
    this.channel?.send(this.deflate === undefined ? bytes : deflateMount(bytes, this.deflate));
  }

  close(code: number, reason: string): void {
    const old = this.channel;
    this.stopListening?.();
    this.channel = undefined;
    old?.close(code, reason);
  }
}
