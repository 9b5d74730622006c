import type { ClientFrame } from "../../lib/wire/index.ts";
import { UPLOAD } from "../../lib/wire/index.ts";
import type { More, Submission } from "./types.ts";

/** As much travels at once; the next piece goes when the server has this one. */
const PIECE_BYTES = 65_536;

interface Upload {
  readonly entry: number;
  readonly input: HTMLInputElement;
  readonly file: File;
  /** Bytes the server has; -1 while that is not known. */
  received: number;
  code: string;
  /** Its form was sent with it: whether a handler has taken it is not known. */
  sent?: boolean;
}

/** Sends the files that are chosen in inputs with `bus-upload`, and holds the form back until they are there. */
export const sendUploads: More = (live) => {
  let entries = 0;
  let uploads: Upload[] = [];
  /** Forms that wait for their files. */
  const held = new Map<Element, () => void>();

  /** A socket that is not open yet throws; who connects announces all, and a page that was left sends nothing. */
  const send = (frame: ClientFrame): void => {
    if (live._isJoined) live._send(frame);
  };
  const isWhole = ({ code, file, received, sent }: Upload): unknown => sent || code || received >= file.size;
  const tell = (upload: Upload): void => {
    live._emit("upload", { ...upload, cancel: () => cancel(upload) });
  };
  const announce = (upload: Upload): void => {
    const { entry, input, file } = upload;
    upload.received = -1;
    upload.sent = false;
    const field = input.getAttribute("bus-upload") as string; // cast: it has one
    send([UPLOAD, entry, 0, [field, file.name, file.type, file.size]]);
  };
  const release = (): void => {
    for (const [form, go] of held) {
      if (!uploads.every((upload) => upload.input.form !== form || isWhole(upload))) continue;
      held.delete(form);
      go();
    }
  };
  const cancel = (upload: Upload): void => {
    uploads = uploads.filter((other) => other !== upload);
    send([UPLOAD, upload.entry, 0, null]);
    release();
  };

  live._uploaded = async (entry, received, code) => {
    const upload = uploads.find((one) => one.entry === entry);
    if (!upload) return;
    upload.received = received;
    upload.code = code;
    tell(upload);
    if (isWhole(upload)) return release();
    const bytes = await upload.file.slice(received, received + PIECE_BYTES).arrayBuffer();
    if (uploads.includes(upload)) send([UPLOAD, entry, received, new Uint8Array(bytes)]);
  };
  const { _gate: gate } = live;
  live._gate = (element, event, go) => {
    const isSubmit = event.type === "submit";
    const pass = (): void => {
      go();
      if (isSubmit) for (const upload of uploads) upload.sent ||= upload.input.form === element;
    };
    const then = (): void => gate?.(element, event, pass); // that of lock.ts
    if (isSubmit) {
      (event as Submission)._data = new FormData(element as HTMLFormElement, (event as Submission).submitter);
      held.set(element, then);
      release();
    } else then();
  };
  // Where a form was sent and that went wrong, or nobody knows how it went, its files may be gone with a handler or with the process.
  const { _free: free } = live;
  live._free = (form, code) => {
    if (code) uploads.filter(({ input }) => input.form === form).map(announce);
    free?.(form, code);
  };
  live._root.addEventListener("change", ({ target }) => {
    const input = target as HTMLInputElement; // cast: what has files is one
    if (!input.matches("[bus-upload]")) return;
    // What a handler has left is taken back as well, and nothing that one is about to take.
    for (const old of uploads)
      if (old.input === input && !(old.sent && live._pending.some(({ _element }) => _element === input.form)))
        cancel(old);
    for (const file of input.files ?? []) {
      const upload = { entry: ++entries, input, file, code: "" } as Upload; // cast: complete right below
      uploads.push(upload);
      announce(upload);
    }
  });
  // What a server that was restarted had of them is gone: until it says how far they are, their forms wait.
  live._root.addEventListener("bus:live:disconnected", () => {
    for (const upload of uploads) upload.received = -1;
  });
  live._root.addEventListener("bus:live:connected", () => {
    // What is not in the page any more must not take the place of another.
    for (const upload of uploads) if (!isWhole(upload) && upload.input.isConnected) announce(upload);
  });
};
