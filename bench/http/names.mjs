// Names that several files use.

export const TABLE_CASE = "203 routes, 5 middlewares";
export const JSON_CASE = "JSON";
export const RENDERED_CASE = "20 KiB page, rendered";

/** The names that targets speak of. */
export const NAMES = {
  bare: "node:http",
  node: "busbar on node",
  fastify: "fastify",
  onFastify: "busbar on fastify",
  koa: "koa",
  onKoa: "busbar on koa",
  express: "express",
  behind: "express behind busbar",
  inFront: "busbar in front of express",
  raw: "raw handler under app.use",
  under: "busbar under app.use",
};
