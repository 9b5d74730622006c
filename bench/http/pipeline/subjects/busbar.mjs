import { createApp } from "busbar/app";

const REPLY = { status: 200, headers: [["content-type", "text/plain; charset=utf-8"]], body: "ok" };

/** Routes of a small service; the one asked for answers with a reply that is there already, or makes one. */
export const subject = {
  create({ middlewares = 0, made = false }) {
    const app = createApp();
    for (let i = 0; i < middlewares; i++) app.use((_c, next) => next());
    app.get("/status", made ? (c) => c.text("ok") : () => REPLY);
    app.get("/users/:id", () => REPLY);
    app.get("/users", () => REPLY);
    app.post("/users", () => REPLY);
    app.get("/articles/:slug/comments", () => REPLY);
    return app;
  },
};
