import { RegExpRouter } from "hono/router/reg-exp-router";
import { honoSubject } from "./hono-subject.mjs";

export const subject = honoSubject(() => new RegExpRouter());
