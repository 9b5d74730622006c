/** @jsxImportSource busbar/html */
import type { Html } from "busbar/html";
import { component } from "busbar/live";
import { signal } from "busbar/signals";
import * as models from "./models.ts";
import * as services from "./services.ts";

export interface UserDashboardProps {
  readonly userID: string;
}

export function UserDashboard(input: UserDashboardProps): Html {
  return component(UserDashboard, input, (props, { effect }) => {
    const user = signal<models.User | null>(null);
    effect(() => {
      const [fetched, err] = services.GetUser(props.userID);
      if (err === null) {
        user.set(fetched);
      }
    }, () => [props.userID]);
    return () => {
      const userNow = user.get();
      return (
        <div>
          {userNow !== null ? (
            <div>
              <h1>{userNow.Name}</h1>
              <p>{userNow.Email}</p>
            </div>
          ) : <div>Loading...</div>}
        </div>
      );
    };
  });
}
