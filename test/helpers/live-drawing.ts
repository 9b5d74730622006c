import assert from "node:assert/strict";
import type { CodedError } from "../../lib/errors/index.ts";
import type { Html } from "../../lib/html/index.ts";
import { Drawing } from "../../lib/live/view/drawing.ts";
import { watchingIn } from "../../lib/live/view/watching.ts";
import { contentOf, createTemplates, treeOf, type Watching } from "../../lib/patch/index.ts";
import { type Scope, scope, untracked } from "../../lib/signals/index.ts";
import { checkOperations } from "../../lib/wire/check-operations.ts";
import type { Operation, WireValue } from "../../lib/wire/index.ts";
import { applyToModel, type Model, modelOf } from "../oracle/apply-operations.ts";

/** A live page and a client that applies what it is sent, the obvious way. */
export interface DrawnPage {
  /** What the last update has sent. */
  readonly sent: readonly Operation[];
  /** What the client has. */
  shown(): unknown;
  /** Slots followed right now, those of collections included. */
  readonly followed: number;
  /** How often the page has asked to be updated. */
  readonly asked: number;
  /** As after an event: state may have changed in ways nobody tells. */
  event(change?: () => void): void;
  /** Updates the page, and checks that the client has what a fresh evaluation gives. */
  update(): readonly Operation[];
  /** How many operations were taken and sent, without a check. */
  draw(): readonly Operation[];
  stop(): void;
}

export function drawPage(
  render: () => Html,
  onStaleRow?: (error: CodedError) => void,
  own: Scope = scope(() => {}),
  onlyParts = false,
): DrawnPage {
  let [followed, asked] = [0, 0];
  const drawing = new Drawing({
    own,
    watching: counting(watchingIn(own, onlyParts), (by) => {
      followed += by;
    }),
    render,
    onStyle: () => {},
    onStaleRow,
    onChange: () => {
      asked++;
    },
  });
  const known = drawing.look().templates.map((source) => source[0]);
  let model = modelOf(drawing.content());
  let sent: readonly Operation[] = [];
  const draw = (): readonly Operation[] => {
    drawing.update();
    sent = drawing.take();
    checkOperations(sent as readonly unknown[] as WireValue[]); // cast: operations are values
    model = applyToModel(model, sent, known);
    return sent;
  };
  const page: DrawnPage = {
    get sent() {
      return sent;
    },
    shown: () => model,
    get followed() {
      return followed;
    },
    get asked() {
      return asked;
    },
    event(change) {
      drawing.begin();
      change?.();
      drawing.end();
    },
    draw,
    update() {
      draw();
      const templates = createTemplates();
      const fresh = modelOf(
        contentOf(
          untracked(() => treeOf(render())),
          templates,
        ),
      );
      const hashes = templates.sources().map((source) => source[0]);
      assert.deepEqual(byHash(model, known), byHash(fresh, hashes));
      assert.deepEqual(byHash(modelOf(drawing.content()), known), byHash(fresh, hashes));
      return sent;
    },
    stop: () => own.dispose(),
  };
  page.draw();
  return page;
}

/** A page with each template's number replaced by its hash. */
function byHash(model: Model, hashes: readonly string[]): unknown {
  if (typeof model !== "object" || model === null || "raw" in model || "stream" in model) return model;
  if (Array.isArray(model)) return model.map((row) => byHash(row, hashes));
  return [hashes[model.template], ...model.values.map((value) => byHash(value, hashes))];
}

function counting(watching: Watching, count: (by: number) => void): Watching {
  const once = (stop: () => void): (() => void) => {
    let isOver = false;
    return () => {
      if (!isOver) count(-1);
      isOver = true;
      stop();
    };
  };
  return {
    onlyParts: watching.onlyParts === true,
    untracked: (f) => watching.untracked(f),
    watch(watched) {
      const watcher = watching.watch(watched);
      count(1);
      return { rerun: (force) => watcher.rerun(force), stop: once(() => watcher.stop()) };
    },
  };
}
