/** Kept from one text to the next; what lies in it is never handed out. */
export const scratch: Uint8Array = new Uint8Array(65_536);
