// One of the classic scripts that are loaded on demand: see script.ts.
import { createNet } from "./net.ts";

busbarLive.net = createNet;
