/** Stands for the Go package `myapp/models`. */
export interface User {
  readonly Name: string;
  readonly Email: string;
}
