/**
 * What a hub has done since it began, for a metrics page: all rise only, but the first three.
 * @public
 */
export interface HubStats {
  readonly connections: number;
  readonly documents: number;
  /** Updates received and not durable yet. */
  readonly pending: number;
  readonly updatesReceived: number;
  readonly bytesReceived: number;
  readonly updatesStored: number;
  readonly bytesStored: number;
  /** Updates handed to connections, each counted once for each of them. */
  readonly updatesDelivered: number;
  readonly updatesRefused: number;
  /** Connections this side ended because of what they did. */
  readonly connectionsRefused: number;
  /** Times a document could not be loaded, or left memory as its store failed: what was not acknowledged is sent again. */
  readonly storeFailures: number;
  /**
   * Times the store was found to have less of a document than it once had: a client that opens it has more of what others wrote, or is in a later epoch, or the
   * log is shorter than it was, or gone where no hub said that it was removed. Above 0 it was set back, to a backup say, or a client claims what is not so.
   */
  readonly storeSetBacks: number;
  /** Times something was read from the store that the bus had not brought. */
  readonly catchUps: number;
}

/** Counts for one hub. */
export class Meter {
  pending = 0;
  updatesReceived = 0;
  bytesReceived = 0;
  updatesStored = 0;
  bytesStored = 0;
  updatesDelivered = 0;
  updatesRefused = 0;
  connectionsRefused = 0;
  storeFailures = 0;
  storeSetBacks = 0;
  catchUps = 0;

  received(updates: number, bytes: number): void {
    this.updatesReceived += updates;
    this.bytesReceived += bytes;
  }

  stored(bytes: number): void {
    this.updatesStored++;
    this.bytesStored += bytes;
  }

  fetched(): void {
    this.catchUps++;
  }
}
