import { RegExpRouter } from "hono/router/reg-exp-router";
import { SmartRouter } from "hono/router/smart-router";
import { TrieRouter } from "hono/router/trie-router";
import { honoSubject } from "./hono-subject.mjs";

export const subject = honoSubject(() => new SmartRouter({ routers: [new RegExpRouter(), new TrieRouter()] }));
