import { CodedError } from "../errors/index.ts";

/** What is known of a lease while it is out. It must not lead to the lease, which could then never be collected. */
export interface Loan {
  bytes: number;
  readonly where: string;
}

/** A lease, as far as it concerns the watch. */
export interface Watched {
  readonly bytes: Uint8Array;
  loan: Loan | undefined;
}

const POISON = 0xfb; // stands in no UTF-8 text, and makes every number large

/** What a pool does in development: it makes mistakes with leases show, and says where they were made. */
export class Watch {
  private readonly released = new WeakMap<Uint8Array, string>();
  private readonly registry: FinalizationRegistry<Loan>;

  constructor(onLeak: (loan: Loan, error: CodedError) => void) {
    this.registry = new FinalizationRegistry((loan) => {
      const { bytes, where } = loan;
      const text = `A lease of ${bytes} bytes was lost without release()`;
      onLeak(loan, new CodedError("POOL_LEASE_LOST", text, { value: bytes, cause: errorAt(where) }));
    });
  }

  /** A lease goes out. */
  started(lease: Watched): void {
    const loan: Loan = { bytes: lease.bytes.length, where: stackOf("The lease was acquired here") };
    lease.loan = loan;
    this.registry.register(lease, loan, loan);
  }

  /** A lease has ended as it should. */
  ended(lease: Watched): void {
    if (lease.loan !== undefined) this.registry.unregister(lease.loan);
  }

  /** New memory is zero, and lent memory is not: who counts on zeros shall find out. */
  fill(bytes: Uint8Array): void {
    bytes.fill(POISON);
  }

  /** A buffer came back: who reads on through a view shall see it. */
  poison(bytes: Uint8Array): void {
    bytes.fill(POISON);
    this.released.set(bytes, stackOf("The bytes were released here"));
  }

  /** A buffer goes out again: nobody may have written to it since it came back. */
  check(bytes: Uint8Array): void {
    let at = 0;
    while (bytes[at] === POISON) at++;
    if (at === bytes.length) return;
    const text = `Byte ${at} of ${bytes.length} was written after its lease had ended`;
    throw new CodedError("POOL_WRITTEN_AFTER_RELEASE", text, { value: at, cause: errorAt(this.released.get(bytes)) });
  }
}

/** As text: an error keeps the frames of its stack, and with them their `this`, until somebody has read it. */
function stackOf(message: string): string {
  return new Error(message).stack ?? message;
}

function errorAt(stack: string | undefined): Error {
  const error = new Error(stack?.slice(0, stack.indexOf("\n")));
  if (stack !== undefined) error.stack = stack;
  return error;
}
