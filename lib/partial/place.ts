/**
 * Something on the page that has an id: a fragment, or one row of a keyed one (`ui.row.at(7)`).
 * @public
 */
export interface Place {
  /** The id of its element. */
  readonly id: string;
}
