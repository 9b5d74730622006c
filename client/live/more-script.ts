// One of the classic scripts that are loaded on demand: see script.ts.
import { createMore } from "./more.ts";

busbarLive.more = createMore;
