// One of the classic scripts that are loaded on demand: see script.ts.
import { createBack } from "./back.ts";

busbarLive.back = createBack;
