/** @jsxImportSource busbar/html */
import { type Html, styles as busStyles } from "busbar/html";
import { component } from "busbar/live";

export interface ElementsProps {
  readonly className: string;
  readonly text: string;
  readonly isDisabled: boolean;
  readonly styles: ReadonlyMap<string, string>;
}

export function Elements(input: ElementsProps): Html {
  return component(Elements, input, (props) => {
    return () => (
      <div class="container" id="main">
        <img src="/image.jpg" alt="description" />
        <input type="text" value={props.text} />
        <br />
        <div class={props.className} style={busStyles(Object.fromEntries(props.styles))}>Dynamic</div>
        <p style={busStyles({ color: "red", marginTop: "1px" })}>Static</p>
        <input disabled={props.isDisabled} required readonly maxlength={10} />
        <label for="main" tabindex={1} data-kind="x" aria-label="y">Label &amp; more</label>
        <svg viewBox="0 0 10 10"><circle cx="5" cy="5" r="4" /></svg>
      </div>
    );
  });
}
