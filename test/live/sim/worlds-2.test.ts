import { simulateQuarter } from "./suite.ts";

simulateQuarter(1);
