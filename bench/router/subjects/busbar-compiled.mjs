import { createRouter } from "busbar/router";
import { compileRouter } from "busbar/router/compile";
import { busbarSubject } from "./busbar-subject.mjs";

export const subject = busbarSubject(createRouter, (router) => compileRouter(router));
