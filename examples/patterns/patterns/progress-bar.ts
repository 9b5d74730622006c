import { type Html, html } from "busbar/html";
import { fragments } from "busbar/partial";
import type { Pattern } from "../site.ts";
import { perVisitor } from "../visitors.ts";

const JOB_MS = 2_000;

/** Per cent; undefined when nothing was started. */
type Progress = number | undefined;

const ui = fragments({
  // Polls while there is something to wait for. The last reply does not, and so it ends.
  job: (progress: Progress): Html => {
    if (progress === undefined || progress === 100)
      return html`<div id="job" class="card" role="group" aria-label="The job" tabindex="-1">${progress === 100 ? bar(100) : null}
<form method="post" action="/progress-bar" bus-post="/progress-bar" bus-target="#job" bus-swap="outerHTML" bus-focus="#job">
<button type="submit" id="start">${progress === 100 ? "Start again" : "Start"}</button></form></div>`;
    return html`<div id="job" class="card" role="group" aria-label="The job" tabindex="-1" bus-get="/progress-bar" bus-trigger="every 250ms" bus-swap="outerHTML">
${bar(progress)} <a href="/progress-bar">Look again</a></div>`;
  },
});

const bar = (progress: number): Html =>
  html`<p><label for="progress">Progress of the job</label> <progress id="progress" max="100" value=${progress}>${progress} %</progress></p>`;

export const progressBar: Pattern = {
  path: "/progress-bar",
  title: "Progress bar",
  about: "A job on the server, watched until it is done. Without the script by a link.",
  scripts: ["busbar-plus"],
  add(app, page) {
    const mine = perVisitor((): { startedAt?: number } => ({}));
    const progressOf = ({ startedAt }: { startedAt?: number }): Progress =>
      startedAt === undefined
        ? undefined
        : Math.min(100, Math.floor(((app.platform.now() - startedAt) / JOB_MS) * 100));

    app.get("/progress-bar", (c) => {
      const progress = progressOf(mine(c));
      const message = progress === 100 ? "The job is done" : undefined;
      const looked = page.show(c, () => ui.job.render(progress), message).main(ui.job, progress);
      return message === undefined ? looked : looked.inner({ id: "status" }, html`${message}`);
    });
    app.post("/progress-bar", (c) => {
      mine(c).startedAt = app.platform.now();
      return page.changed(c, "The job has started").main(ui.job, 0);
    });
  },
};
