import { createRouter } from "busbar/router";
import { busbarSubject } from "./busbar-subject.mjs";

export const subject = busbarSubject(createRouter);
