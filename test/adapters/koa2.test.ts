import { createRequire } from "node:module";
import type Koa from "koa";
import { hostSuite } from "./host-suite.ts";
import { koaSubject } from "./koa-subject.ts";

// cast: version 2 is installed under an alias without types; what the suite uses of it is the same in both
const koa2 = createRequire(import.meta.url)("koa2") as typeof Koa;

hostSuite(koaSubject("koa 2", koa2));
