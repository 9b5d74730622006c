// One of the classic scripts that are loaded on demand: see script.ts.
import { createNav } from "./nav.ts";

busbarLive.nav = createNav;
