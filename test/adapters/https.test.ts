import { hostSuite } from "./host-suite.ts";
import { listenSecure } from "./listen.ts";
import { nodeSubject } from "./node-subject.ts";

hostSuite(nodeSubject("https", listenSecure));
