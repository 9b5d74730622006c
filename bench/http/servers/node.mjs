// node:http: by hand, and busbar.
import { createServer } from "node:http";
import { nodeHandler } from "busbar/node";
import { bare } from "./bare.mjs";
import { busbarApp } from "./busbar-app.mjs";

export const servers = {
  bare(caseName) {
    const handle = bare(caseName);
    return createServer((req, res) => handle(req, res));
  },
  busbar: (caseName) => createServer(nodeHandler(busbarApp(caseName))),
};
