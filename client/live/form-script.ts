// One of the classic scripts that are loaded on demand: see script.ts.
import { createForm } from "./form.ts";

busbarLive.form = createForm;
