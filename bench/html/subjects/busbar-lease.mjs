import { renderToBytes } from "busbar/html";
import { createBufferPool } from "busbar/pool";
import { mapPages } from "../map-pages.mjs";
import { pages } from "./busbar-pages.mjs";

const pool = createBufferPool();

export const subject = {
  bytes: mapPages(pages, (page) => (data) => {
    const lease = renderToBytes(page(data), { pool });
    const bytes = lease.written();
    lease.release(); // the bench reads them before it renders again
    return bytes;
  }),
};
