/** Records of the market by their minute, as long as a minute may still ask for them. */
import { MINUTE_MS } from '@screener/market';
import { MarketMinute, type MarketSource } from '../market-names.ts';

/** As long as the topic keeps them: a task that is far behind is given all of them at once. */
const MINUTES_MAX = 2_881;
/** Minutes that come later than this read no market: not because of memory, but so that every replay agrees. */
const LATE_MINUTES_MAX = 10;

export class MarketMemory {
  /** In the order in which they came. Read when they are asked for: most never are. */
  readonly #records = new Map<number, () => MarketSource>();
  readonly #minutes = new Map<number, MarketMinute>();
  /** Newest minute that is over for all instruments; undefined: none was yet. */
  #over: number | undefined;

  get over(): number | undefined {
    return this.#over;
  }

  add(openTime: number, record: () => MarketSource): void {
    if (openTime < this.#oldest) return;
    this.#records.set(openTime, record);
    this.#minutes.delete(openTime);
    if (this.#records.size <= MINUTES_MAX) return;
    for (const oldest of this.#records.keys()) {
      this.#forget(oldest);
      break;
    }
  }

  /** The record of that minute; undefined: there is none. */
  at(openTime: number): MarketMinute | undefined {
    if (openTime < this.#oldest) return undefined;
    let minute = this.#minutes.get(openTime);
    if (minute !== undefined) return minute;
    const record = this.#records.get(openTime);
    if (record === undefined) return undefined;
    minute = new MarketMinute(record);
    this.#minutes.set(openTime, minute);
    return minute;
  }

  minuteOver(openTime: number): void {
    if (this.#over !== undefined && openTime <= this.#over) return;
    this.#over = openTime;
    for (const known of this.#records.keys()) if (known < this.#oldest) this.#forget(known);
  }

  /** The state of one instrument remembers it; a replay begins with the oldest of all. */
  restore(over: number | undefined, isFirst: boolean): void {
    if (isFirst) this.#over = over;
    else if (over === undefined || (this.#over !== undefined && over < this.#over)) this.#over = over;
  }

  get #oldest(): number {
    return this.#over === undefined ? Number.NEGATIVE_INFINITY : this.#over - LATE_MINUTES_MAX * MINUTE_MS;
  }

  #forget(openTime: number): void {
    this.#records.delete(openTime);
    this.#minutes.delete(openTime);
  }
}
