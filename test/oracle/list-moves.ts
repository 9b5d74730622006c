/** What must be in a list however its elements were moved: whatever was inserted and that nobody deleted, once each. */
export class NaiveMoves {
  private readonly inserted: number[] = [];
  private readonly deleted = new Set<number>();

  insert(value: number): void {
    this.inserted.push(value);
  }

  delete(value: number): void {
    this.deleted.add(value);
  }

  elements(): number[] {
    return this.inserted.filter((value) => !this.deleted.has(value));
  }
}
