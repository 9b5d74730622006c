/** @jsxImportSource busbar/html */
import type { Html } from "busbar/html";
import { component } from "busbar/live";
import { computed } from "busbar/signals";

export interface User {
  readonly Name: string;
}

export function fetchUser(id: string): User {
  return { Name: id };
}

// resource UserResource(id string) (User, error) {
//   return fetchUser(id)
// }
export const UserResource = (): never => notPorted("11:1 resources are not ported: load the data before the page is rendered, or in an effect");

export interface PageProps {
  readonly id: string;
}

export function Page(input: PageProps): Html {
  return component(Page, input, (props, { effect, on }) => {
    const userAndErr = computed((): any => notPorted("16:15 resources are not ported: load the data before the page is rendered, or in an effect"));
    const load = (): void => {
      const fetched: any = notPorted("19:14 await is not ported: make the handler async and await inside");
      console.log(fetched.Name);
    };
    effect(() => {
      load();
      // error {
      //   println("failed")
      // }
      notPorted("26:3 error blocks of effects are not ported: use try and catch inside");
    }, () => [props.id]);
    return () => (
      <div>
        <button {...on.click(load)}>Load</button>
        {/* 34:4 <markdown> is not ported: turn it into HTML on the server, and put that in by unsafeRawHtml
        # Title */}
      </div>
    );
  });
}

/** Stands where Go could not be ported. */
function notPorted(what: string): never {
  throw new Error(`not ported: ${what}`);
}
