import { simulateQuarter } from "./suite.ts";

simulateQuarter(0);
