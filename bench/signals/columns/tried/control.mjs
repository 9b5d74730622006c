// What the threads of the parallel executor share besides the columns: a word each to wake it by, one for how many are at work, one for the next
// chunk, the question, and room for each thread's part of the answer.
export const CHUNK_ROWS = 65_536;
const LINE = 32; // words: two lines of a cache, so that threads do not take them from each other
const WIDTH = 128; // numbers of one part: two for each of 40 groups at most
const [AT_WORK, CHUNK, QUESTION] = [0, LINE, 2 * LINE];
const QUESTION_NUMBERS = 8;

export class Control {
  constructor(
    threads,
    buffer = new SharedArrayBuffer(4 * LINE * (3 + threads) + 8 * (QUESTION_NUMBERS + WIDTH * threads)),
  ) {
    this.buffer = buffer;
    this.threads = threads;
    this.words = new Int32Array(buffer, 0, LINE * (3 + threads));
    this.numbers = new Float64Array(buffer, 4 * LINE * (3 + threads));
  }

  /** What a thread writes its part of the answer to. */
  part(thread) {
    return this.numbers.subarray(QUESTION_NUMBERS + WIDTH * thread, QUESTION_NUMBERS + WIDTH * (thread + 1));
  }

  /** Puts a question to some threads: those that run in workers are woken. */
  ask(question, [first, second], threads) {
    this.words[QUESTION] = question;
    this.numbers[0] = first;
    this.numbers[1] = second;
    Atomics.store(this.words, CHUNK, 0);
    Atomics.store(this.words, AT_WORK, threads.length);
    for (const thread of threads) {
      Atomics.add(this.words, LINE * (3 + thread), 1);
      Atomics.notify(this.words, LINE * (3 + thread));
    }
  }

  question() {
    return { question: this.words[QUESTION], first: this.numbers[0], second: this.numbers[1] };
  }

  /** The next chunk that nobody has taken. */
  claim() {
    return Atomics.add(this.words, CHUNK, 1);
  }

  /** Blocks until this thread is asked for the time after `seen`. */
  waitForQuestion(thread, seen) {
    Atomics.wait(this.words, LINE * (3 + thread), seen);
    return Atomics.load(this.words, LINE * (3 + thread));
  }

  done() {
    if (Atomics.sub(this.words, AT_WORK, 1) === 1) Atomics.notify(this.words, AT_WORK);
  }

  /** Blocks until all that were asked are done: first by looking, as sleeping and waking take longer than what is left mostly does. */
  waitForAll(looks) {
    for (let look = 0; look < looks; look++) if (Atomics.load(this.words, AT_WORK) === 0) return;
    for (let left = Atomics.load(this.words, AT_WORK); left > 0; left = Atomics.load(this.words, AT_WORK))
      Atomics.wait(this.words, AT_WORK, left);
  }
}
