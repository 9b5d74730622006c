import { UPLOAD } from "../../lib/wire/index.ts";
import type { More, Submission } from "./types.ts";

/** As much travels at once; the next piece goes when the server has this one. */
const PIECE_BYTES = 65_536;

interface Upload {
  readonly entry: number;
  readonly input: HTMLInputElement;
  readonly file: File;
  /** Bytes the server has. */
  received: number;
  code: string;
}

/** Sends the files that are chosen in inputs with `bus-upload`, and holds the form back until they are there. */
export const sendUploads: More = (live) => {
  let entries = 0;
  let uploads: Upload[] = [];
  /** Forms that wait for their files. */
  const held = new Map<Element, () => void>();

  const isWhole = ({ code, file, received }: Upload): boolean => !!code || received >= file.size;
  const tell = (upload: Upload): void => {
    live._emit("upload", { ...upload, cancel: () => cancel(upload) });
  };
  const announce = ({ entry, input, file }: Upload): void => {
    const field = input.getAttribute("bus-upload") as string; // cast: it has one
    live._send([UPLOAD, entry, 0, [field, file.name, file.type, file.size]]);
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
    live._send([UPLOAD, upload.entry, upload.received, null]);
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
    if (uploads.includes(upload)) live._send([UPLOAD, entry, received, new Uint8Array(bytes)]);
  };
  const { _gate: gate } = live;
  live._gate = (element, event, go) => {
    const isSubmit = event.type === "submit";
    const send = (): void => {
      go();
      // The handler takes them; the same input may be used again.
      if (isSubmit) uploads = uploads.filter(({ input }) => input.form !== element);
    };
    const then = (): void => gate?.(element, event, send); // that of lock.ts
    if (isSubmit) {
      (event as Submission)._data = new FormData(element as HTMLFormElement, (event as Submission).submitter);
      held.set(element, then);
      release();
    } else then();
  };
  live._root.addEventListener(
    "change",
    ({ target }) => {
      const input = target as HTMLInputElement; // cast: what has files is one
      if (!input.matches("[bus-upload]")) return;
      for (const old of uploads.filter((upload) => upload.input === input)) cancel(old);
      for (const file of input.files ?? []) {
        const upload = { entry: ++entries, input, file, received: 0, code: "" };
        uploads.push(upload);
        announce(upload);
      }
    },
    { signal: live._signal },
  );
  // A server that knows them answers how far they are.
  live._root.addEventListener("bus:live:connected", () => uploads.filter((one) => !isWhole(one)).forEach(announce), {
    signal: live._signal,
  });
};
