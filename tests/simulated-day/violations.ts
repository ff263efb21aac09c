/** What must never be, each in one line. */
const namedMax = 100;

export class Violations {
  readonly named: string[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(where: string, expected: string, found: string): void {
    this.tell(`${where}: expected ${expected}, found ${found}`);
  }

  /** One more; where a line already told of it, without one. */
  tell(line?: string): void {
    this.#count++;
    if (line !== undefined && this.named.length < namedMax) this.named.push(line);
  }
}

export const minuteText = (openTime: number): string => new Date(openTime).toISOString().slice(0, 16);
