/** @jsxImportSource busbar/html */
import { type Html, css } from "busbar/html";
import { component } from "busbar/live";
import { computed, signal } from "busbar/signals";

export interface CounterProps {
  readonly initial: number;
  readonly step: number;
}

export const counterStyle = css`
  .counter, .counter:scope {
    display: grid;
    gap: 1rem;
  }

  .counter output, .counter:scope output {
    font-size: 2rem;
  }
`;

// Counter counts by its step.
export function Counter(input: CounterProps): Html {
  return component(Counter, input, (props, { on }) => {
    const count = signal<number>(props.initial);
    const doubled = computed((): number => count.get() * 2);
    const increment = (): void => count.set(count.get() + props.step);
    const decrement = (): void => count.set(count.get() - props.step);
    return () => (
      <div class="counter" css={counterStyle}>
        <output>{count.get()}</output>
        <p>Doubled: {doubled.get()}</p>
        <button class="add" {...on.click(increment)}>+{props.step}</button>
        <button class="take" {...on.click(decrement)}>-{props.step}</button>
        <button class="reset" {...on.click(() => count.set(props.initial))}>Reset</button>
      </div>
    );
  });
}
