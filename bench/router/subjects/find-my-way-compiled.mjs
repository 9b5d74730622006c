import { findMyWaySubject } from "./find-my-way-subject.mjs";

export const subject = findMyWaySubject({ compiled: true });
