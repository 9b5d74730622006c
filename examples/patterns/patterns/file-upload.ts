import { type Html, html } from "busbar/html";
import { readMultipart } from "busbar/multipart";
import { fragments } from "busbar/partial";
import type { Pattern } from "../site.ts";
import { perVisitor } from "../visitors.ts";

interface Upload {
  readonly name: string;
  readonly byteLength: number;
}

const MAX_UPLOADS = 5;
const LIMITS = { maxFiles: MAX_UPLOADS, maxFileBytes: 100_000, maxTotalBytes: 600_000 };

const ui = fragments({
  uploads: (uploads: readonly Upload[]): Html =>
    html`<ul id="uploads">${uploads.map(({ name, byteLength }) => html`<li>${name} <small>${byteLength} bytes</small></li>`)}</ul>`,
});

// The form's own enctype decides how it is sent, with the script as without it.
const form = (
  error?: string,
): Html => html`<form class="card" method="post" action="/file-upload" enctype="multipart/form-data"
  bus-post="/file-upload" bus-target="#uploads" bus-swap="outerHTML" bus-indicator="#sending" bus-disable="find button">
<div class="field"><label for="files">Files</label>
<input type="file" id="files" name="files" multiple aria-describedby="files-hint" aria-invalid=${error === undefined ? null : "true"}>
<p id="files-hint" class="hint">At most ${MAX_UPLOADS} files of 100 kB. Only their names and sizes are kept.</p></div>
<button type="submit" id="upload">Upload</button> <span id="sending" class="busy">Sending …</span></form>`;

export const fileUpload: Pattern = {
  path: "/file-upload",
  title: "File upload",
  about: "A form with files, sent in the background and read as it arrives.",
  add(app, page) {
    const mine = perVisitor((): { uploads: readonly Upload[] } => ({ uploads: [] }));
    const content = (uploads: readonly Upload[], error?: string) => (): Html =>
      html`${form(error)}
<h2>The last uploads</h2>${ui.uploads.render(uploads)}`;

    app.get("/file-upload", (c) => page.show(c, content(mine(c).uploads)));
    app.post("/file-upload", async (c) => {
      const own = mine(c);
      const { files } = await readMultipart(c, {
        ...LIMITS,
        async onFile({ content: bytes }) {
          for await (const _ of bytes); // a real app would write them somewhere
        },
      });
      const names = files.map(({ filename, byteLength }) => ({ name: filename, byteLength }));
      if (names.length === 0)
        return page.refused(c, "Choose a file first", content(own.uploads, "none")).main(ui.uploads, own.uploads);
      own.uploads = [...names, ...own.uploads].slice(0, MAX_UPLOADS);
      return page.changed(c, `Uploaded ${names.map(({ name }) => name).join(", ")}`).main(ui.uploads, own.uploads);
    });
  },
};
