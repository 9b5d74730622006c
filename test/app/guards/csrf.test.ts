import assert from "node:assert/strict";
import { describe, test } from "vitest";
import {
  type App,
  type CsrfTokenOptions,
  createApp,
  csrfToken,
  csrfTokenOf,
  sessionKey,
  sessions,
} from "../../../lib/app/index.ts";
import { isCodedError } from "../../../lib/errors/index.ts";
import { fakePlatform, Jar, request, SECRET, type Sent } from "./kit.ts";

const FORM = { "content-type": "application/x-www-form-urlencoded" };

function appOf(options: CsrfTokenOptions = {}, secret = SECRET): App {
  const app = createApp({ platform: fakePlatform(), cookieSecrets: [secret] });
  if (options.binding !== undefined) app.use(sessions());
  app.use(csrfToken(options));
  app.get("/form", (c) => c.text(csrfTokenOf(c)));
  app.post("/form", async (c) => c.json(await c.readForm()));
  app.post("/any", async (c) => c.text(await c.readText()));
  app.post("/login", (c) => {
    c.get(sessionKey).rotate();
    c.get(sessionKey).set("user", "ann");
    return c.text(csrfTokenOf(c));
  });
  return app;
}

/** A browser: loads the form, keeps its cookies. */
async function browse(app: App): Promise<{ jar: Jar; token: string }> {
  const reply = await app.handle(request("GET", "/form"));
  return { jar: new Jar().take(reply), token: String(reply?.body) };
}

async function post(app: App, jar: Jar, sent: Sent, url = "/form"): Promise<string> {
  const reply = await app.handle(request("POST", url, { ...sent, headers: { ...jar.header, ...sent.headers } }));
  return `${reply?.status} ${reply?.status === 200 ? String(reply.body) : ""}`.trim();
}

describe("csrfToken", () => {
  test("takes the token from a form and leaves the form for the handler", async () => {
    const app = appOf();
    const { jar, token } = await browse(app);
    assert.equal(
      await post(app, jar, { headers: FORM, body: `_csrf=${token}&a=1` }),
      `200 {"_csrf":"${token}","a":"1"}`,
    );
    assert.equal(
      await post(app, jar, { headers: FORM, parsedBody: { _csrf: token, a: "1" } }),
      `200 {"_csrf":"${token}","a":"1"}`,
    );
  });

  test("takes the token from a header, whatever the body", async () => {
    const app = appOf();
    const { jar, token } = await browse(app);
    assert.equal(await post(app, jar, { headers: { "x-csrf-token": token }, body: "text" }, "/any"), "200 text");
  });

  test("asks for nothing where nothing changes", async () => {
    const app = appOf();
    for (const method of ["GET", "HEAD"]) assert.equal((await app.handle(request(method, "/form")))?.status, 200);
  });

  test("refuses requests without a token, without the cookie, or with those of another browser", async () => {
    const app = appOf();
    const [victim, attacker] = [await browse(app), await browse(app)];
    assert.equal(await post(app, victim.jar, { headers: FORM, body: "a=1" }), "403");
    assert.equal(await post(app, victim.jar, { headers: FORM, body: `_csrf=${attacker.token}` }), "403");
    assert.equal(await post(app, new Jar(), { headers: FORM, body: `_csrf=${victim.token}` }), "403");
    assert.equal(
      await post(app, victim.jar, { body: `_csrf=${victim.token}`, headers: { "content-type": "text/plain" } }, "/any"),
      "403",
    );
    assert.equal(await post(app, victim.jar, { headers: { "x-csrf-token": "" }, body: "" }, "/any"), "403");
  });

  test("refuses a token of which a letter has changed, and one signed elsewhere", async () => {
    const app = appOf();
    const { jar, token } = await browse(app);
    for (const at of [0, 10, 24, 25, token.length - 1]) {
      const changed = token.slice(0, at) + (token[at] === "A" ? "B" : "A") + token.slice(at + 1);
      assert.equal(await post(app, jar, { headers: { "x-csrf-token": changed } }, "/any"), "403", `letter ${at}`);
    }
    const elsewhere = appOf({}, "the secret of another application");
    const foreign = await browse(elsewhere);
    assert.equal(await post(app, foreign.jar, { headers: { "x-csrf-token": foreign.token } }, "/any"), "403");
  });

  test("is not fooled by a cookie that a sibling host tossed under the plain name", async () => {
    const app = appOf();
    const attacker = await browse(app);
    const tossed = new Jar();
    tossed.cookies.set("csrf", attacker.jar.cookies.get("__Host-csrf") ?? "");
    assert.equal(await post(app, tossed, { headers: { "x-csrf-token": attacker.token } }, "/any"), "403");
  });

  test("gives each page another token, all of which fit, and sets its cookie once", async () => {
    const app = appOf();
    const { jar, token } = await browse(app);
    const again = await app.handle(request("GET", "/form", { headers: jar.header }));
    assert.notEqual(again?.body, token);
    assert.equal(
      again?.headers.some(([name]) => name === "set-cookie"),
      false,
    );
    for (const each of [token, String(again?.body)]) {
      assert.equal(await post(app, jar, { headers: { "x-csrf-token": each } }, "/any"), "200");
    }
  });

  test("bound to a session, gives tokens of no other session, nor of the time before the login", async () => {
    const app = appOf({ binding: (c) => c.get(sessionKey).id });
    const { jar, token } = await browse(app);
    const login = await app.handle(request("POST", "/login", { headers: { ...jar.header, "x-csrf-token": token } }));
    assert.equal(login?.status, 200);
    jar.take(login);
    assert.equal(await post(app, jar, { headers: { "x-csrf-token": token } }, "/any"), "403");
    assert.equal(await post(app, jar, { headers: { "x-csrf-token": String(login?.body) } }, "/any"), "200");
    const fresh = String((await app.handle(request("GET", "/form", { headers: jar.header })))?.body);
    assert.equal(await post(app, jar, { headers: { "x-csrf-token": fresh } }, "/any"), "200");
  });

  test("keeps the caps on the form it reads ahead", async () => {
    const app = createApp({ platform: fakePlatform(), cookieSecrets: [SECRET], limits: { maxBodyBytes: 20 } });
    app.use(csrfToken());
    app.post("/form", async (c) => c.json(await c.readForm()));
    const reply = await app.handle(request("POST", "/form", { headers: FORM, body: `a=${"x".repeat(30)}` }));
    assert.equal(reply?.status, 413);
  });

  test("says so where no guard was set up", () => {
    const app = createApp({ platform: fakePlatform() });
    app.get("/", (c) => c.text(csrfTokenOf(c)));
    assert.throws(
      () => app.handle(request("GET", "/")),
      (error) =>
        isCodedError(error) && error.code === "APP_MISSING_STATE" && error.message.includes("guard csrfToken()"),
    );
  });
});

describe("peekForm", () => {
  test("leaves the body for every kind of reader, once", async () => {
    for (const read of ["form", "text", "bytes", "stream"] as const) {
      const app = createApp();
      app.post("/", async (c) => {
        const ahead = await c.peekForm();
        assert.deepEqual({ ...(await c.peekForm()) }, { ...ahead });
        if (read === "form") return c.json(await c.readForm());
        if (read === "text") return c.text(await c.readText());
        if (read === "bytes") return c.bytes(await c.readBytes());
        let text = "";
        for await (const chunk of c.readStream()) text += new TextDecoder().decode(chunk);
        await assert.rejects(
          async () => c.readText(),
          (error) => isCodedError(error) && error.code === "APP_BODY_READ",
        );
        return c.text(text);
      });
      const reply = await app.handle(request("POST", "/", { headers: FORM, body: "a=1" }));
      const body = reply?.body instanceof Uint8Array ? new TextDecoder().decode(reply.body) : reply?.body;
      assert.equal(body, read === "form" ? '{"a":"1"}' : "a=1");
    }
  });
});
