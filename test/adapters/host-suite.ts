import assert from "node:assert/strict";
import { afterAll, beforeAll, describe, test } from "vitest";
import { type App, createApp } from "../../lib/app/index.ts";
import { type Client, createClient } from "./client.ts";
import { asideSuite } from "./host-suite-aside.ts";
import { bodySuite } from "./host-suite-bodies.ts";
import { clientSuite } from "./host-suite-client.ts";
import { connectionSuite } from "./host-suite-connections.ts";
import { errorSuite } from "./host-suite-errors.ts";
import { framingSuite } from "./host-suite-framing.ts";
import { mountSuite, parserSuite } from "./host-suite-places.ts";
import { replySuite } from "./host-suite-replies.ts";
import { requestSuite } from "./host-suite-requests.ts";
import { streamSuite } from "./host-suite-streams.ts";
import { unreadSuite } from "./host-suite-unread.ts";
import { createSuiteApp, createWitness, type Witness } from "./suite-app.ts";

/** A server that is listening. */
export interface Running {
  readonly origin: string;
  close(): Promise<void>;
}

/** How a host is set up around the app. */
export interface HostSetup {
  /** Put the app under this path. */
  readonly mount?: string;
  /** Run the host's own JSON and form parsers before the app. */
  readonly parsers?: boolean;
}

/**
 * One host. Around the app it has: `GET /host` answering "host route"; before the app a cookie `host=1`, `vary: Origin` and
 * `x-host: host`; a 404 of its own saying "host 404"; an error handler of its own saying "host error: <message>".
 */
export interface HostSubject {
  readonly name: string;
  /** Whether a malformed path reaches the app; some hosts answer 400 themselves. */
  readonly passesBadPaths: boolean;
  /** What the error handler around the app says for an error. */
  readonly errorText: (message: string) => string;
  /** What the host itself makes of requests and replies, on either side of the app. */
  readonly ways?: HostWays;
  start(app: App, setup: HostSetup): Promise<Running>;
}

/** Where a host differs from Node's own server by its nature, with what it does instead. */
export interface HostWays {
  /** The content type it gives to a body without one. */
  readonly guessedType?: string;
  /** It resolves dot segments before anyone sees the path. */
  readonly resolvesDots?: boolean;
}

/** What the suites are given. */
export interface Suite {
  readonly host: HostSubject;
  readonly client: Client;
  readonly witness: Witness;
}

export function hostSuite(host: HostSubject): void {
  describe(host.name, () => {
    const witness = createWitness();
    let server: Running;
    const suite: Suite = { host, witness, client: createClient(() => server.origin) };
    beforeAll(async () => {
      server = await host.start(createSuiteApp(witness), {});
    });
    afterAll(() => server.close());

    for (const part of [replySuite, requestSuite, bodySuite, unreadSuite, streamSuite, errorSuite]) part(suite);
    for (const part of [asideSuite, connectionSuite, framingSuite, clientSuite]) part(suite);
    mountSuite(suite);
    parserSuite(suite);
  });

  test(`${host.name}: an app that owns everything leaves the host nothing`, async () => {
    const app = createApp({ terminal: true });
    app.get("/", (c) => c.text("home"));
    app.notFound((c) => c.text(`no ${c.url}`, 404));
    const server = await host.start(app, {});
    const client = createClient(() => server.origin);
    assert.equal(await (await client.get("/nowhere?x")).text(), "no /nowhere?x");
    assert.equal((await client.get("/", { method: "DELETE" })).status, 405);
    await server.close();
  });
}
