/** @jsxImportSource busbar/html */
import type { Html } from "busbar/html";
import { component } from "busbar/live";
import { signal } from "busbar/signals";

export function FocusField(): Html {
  return component(FocusField, {}, (_props, { elementRef, effect, on }) => {
    const fieldRef = elementRef();
    const clicks: { current: number } = { current: 0 };
    const shown = signal(0);
    const changes: { current: number } = { current: 0 };
    effect(() => {
      changes.current = changes.current + shown.get();
    }, () => [shown.get()]);
    const focusField = (): void => {
      clicks.current++;
      shown.set(clicks.current);
      if (!fieldRef.isNull()) {
        fieldRef.call("focus");
      }
    };
    return () => (
      <div>
        <input id={fieldRef.id} />
        <button {...on.click(focusField)}>Focus ({shown.get()})</button>
      </div>
    );
  });
}
