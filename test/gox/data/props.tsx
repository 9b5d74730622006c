/** @jsxImportSource busbar/html */
import type { Html } from "busbar/html";
import { component } from "busbar/live";

export interface Person {
  readonly name: string;
  readonly age: number;
}

export interface GreetingProps {
  readonly text: string;
}

export function Greeting(input: GreetingProps): Html {
  return component(Greeting, input, (props) => {
    return () => <p>{props.text}</p>;
  });
}

export interface ProfileProps {
  readonly name: string;
  readonly age: number;
  readonly tags: readonly string[];
  readonly scores: ReadonlyMap<string, number>;
  readonly person: Person;
  readonly callback: (value: string) => void;
  readonly format: (value: number) => string;
  readonly optional?: number | null;
}

export function Profile(input: ProfileProps): Html {
  return component(Profile, { optional: null, ...input }, (props, { on }) => {
    return () => (
      <div>
        <h2>{props.name}</h2>
        <p>{props.format(props.age)} {props.person.name}</p>
        <p>{props.tags.length} tags, {props.scores.get("go") ?? 0}</p>
        {props.optional !== null && <p>{props.optional}</p>}
        <button {...on.click(() => props.callback(props.name))}>Call</button>
        <Greeting text="Hello" />
      </div>
    );
  });
}
