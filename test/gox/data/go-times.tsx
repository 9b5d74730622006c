/** @jsxImportSource busbar/html */
import type { Html } from "busbar/html";
import { component } from "busbar/live";
import { computed, signal } from "busbar/signals";

export interface ClockProps {
  readonly start: Date;
  readonly limit: number;
}

export function Clock(input: ClockProps): Html {
  return component(Clock, input, (props, { on }) => {
    const now = signal<Date>(props.start);
    const passed = computed(() => now.get().getTime() - props.start.getTime());
    const isLate = computed(() => passed.get() > props.limit || now.get().getTime() > new Date(props.start.getTime() + 2 * 3_600_000).getTime());
    const tick = (): void => now.set(new Date(now.get().getTime() + 90 * 60_000));
    return () => (
      <p {...on.click(tick)} title={Math.floor(props.start.getTime() / 1000)}>
        {passed.get() / 3_600_000} {isLate.get() ? "late" : "early"} {props.start.getTime() === -62_135_596_800_000 ? "never" : "set"}
      </p>
    );
  });
}
