/** What one look at the watched process says. */
export interface Sample {
  readonly heapUsed: number;
  readonly external: number;
  readonly rss: number;
  readonly handles: Readonly<Record<string, number>>;
  readonly sockets: number;
  readonly streams: number;
  readonly failures: number;
}

export function verdictOn(samples: readonly Sample[]): string[];
export function slopeOf(values: readonly number[]): number;
