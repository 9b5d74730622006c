import type { Server } from "node:http";

/** What each host file gives to main: a server that does not listen yet, and a clean end. */
export interface HostServer {
  readonly server: Server;
  close(): Promise<void>;
}

/** Sent by every host's own middleware: scripts and styles from this origin only, so busbar must do without inline code. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "same-origin",
};

/** Stops listening, ends sockets and idle connections, and waits until the last request is done. */
export function closeServer(server: Server, stopSockets: () => void): Promise<void> {
  return new Promise((closed, failed) => {
    stopSockets();
    server.close((error) => (error === undefined ? closed() : failed(error)));
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 1_000).unref(); // a browser may hold a request open
  });
}
