/** @jsxImportSource busbar/html */
import { type Html, each } from "busbar/html";
import { component } from "busbar/live";
import { computed, signal } from "busbar/signals";

export interface StepperProps {
  readonly label?: string;
  readonly start?: number;
  readonly isOff?: boolean;
  readonly onDone?: (() => void) | null;
}

export function Stepper(input: StepperProps): Html {
  return component(Stepper, { label: "Step", start: 1, isOff: false, onDone: null, ...input }, (props, { on }) => {
    const count = signal<number>(props.start);
    const history = signal<readonly number[]>([]);
    const double = computed((): number => count.get() * 2);
    const isEven = computed((): boolean => count.get() % 2 === 0);
    const title = computed((): string => props.label + "!");
    const finish = (): void => {
      if (props.onDone !== null) {
        props.onDone();
      }
    };
    return () => (
      <div class="stepper">
        <h2>{title.get()}</h2>
        <p>Double: {double.get()}, {isEven.get() ? "even" : "odd"}</p>
        <button {...on.click(() => count.set(count.get() + 1))} disabled={props.isOff}>+</button>
        <button {...on.click(() => history.set([...history.get(), count.get()]))}>keep</button>
        <button {...on.click(finish)}>done</button>
        {each(history.get(), (value) => value, (value) => <span>{value}</span>)}
      </div>
    );
  });
}
