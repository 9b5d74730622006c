// One server in a process of its own: pages of a size, rendered into memory of their own or into leases.
import { once } from "node:events";
import { createServer } from "node:http";
import process from "node:process";
import { html, renderToBytes } from "busbar/html";
import { createBufferPool } from "busbar/pool";

const HOST = "127.0.0.1";
const ROW_BYTES = 100; // about what a row of the page takes
const VARIANTS = 64;

let pool;

const ways = {
  own: (page) => (response) => {
    const bytes = renderToBytes(page());
    response.setHeader("content-length", bytes.length).end(bytes);
  },
  leased(page) {
    pool = createBufferPool();
    return (response) => {
      const lease = renderToBytes(page(), { pool });
      response.setHeader("content-length", lease.length).end(lease.written(), () => lease.release());
    };
  },
};

process.on("disconnect", () => process.exit());
process.on("message", async ({ task, way, size }) => {
  if (task === "usage") return process.send({ ...process.cpuUsage(), ...hitsOf(pool?.stats()) });
  const answer = ways[way](pageOf(size));
  const server = createServer((_, response) => {
    response.setHeader("content-type", "text/html; charset=utf-8");
    answer(response);
  });
  server.listen(0, HOST);
  await once(server, "listening");
  process.send({ port: server.address().port });
});
process.send({});

function hitsOf(stats) {
  return stats === undefined ? {} : { hits: stats.hits, misses: stats.misses, leases: stats.leases };
}

/** A page of about so many bytes, another one each time. */
function pageOf(size) {
  const lists = Array.from({ length: VARIANTS }, (_, variant) =>
    Array.from({ length: Math.ceil(size / ROW_BYTES) }, (_, i) => ({
      id: variant + i,
      name: `customer ${variant * i}`,
    })),
  );
  let at = 0;
  return () => {
    at = (at + 1) % VARIANTS;
    const rows = lists[at].map(
      ({ id, name }) =>
        html`<tr class="row"><td>${id}</td><td><a href=${`/customers/${id}`}>${name}</a></td><td>open</td></tr>`,
    );
    return html`<!doctype html><title>Customers</title><table>${rows}</table>`;
  };
}
