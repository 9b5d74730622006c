import { createRequire } from "node:module";
import type express from "express";
import { expressSubject } from "./express-subject.ts";
import { hostSuite } from "./host-suite.ts";

// cast: version 4 is installed under an alias without types; what the suite uses of it is the same in both
const express4 = createRequire(import.meta.url)("express4") as typeof express;

hostSuite(expressSubject("express 4", express4));
