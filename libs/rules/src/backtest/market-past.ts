/** The market's numbers of each minute of the past, made of the candles at hand as the calculator makes them of all. */
import {
  type ChangeBasis,
  closeMarket,
  type InstrumentMeasured,
  MarketRelations,
  type MinuteMetrics,
  measureInstrument,
  type RankedNumber,
  rankedNumbers,
} from '@screener/market';
import type { PreparedRule } from '../engine/index.ts';
import { MarketMinute } from '../market-names.ts';

/** Names of the market that read what an instrument has to do with Bitcoin over a day. */
const BESIDE_BITCOIN = /^btc\.(?:beta|correlation|relative_strength)_/;

/** The rule looks at more than the instrument at hand. */
export const readsMarket = ({ compiled, definition }: PreparedRule): boolean =>
  compiled.reads.market || (definition.universe?.topByVolume ?? null) !== null;

/** Only what the rules read is worked out, and only at minutes at which somebody asks. */
export class MarketPast {
  readonly #basis: ChangeBasis;
  readonly #ranked: readonly RankedNumber[];
  readonly #relations: MarketRelations | undefined;
  #rows: InstrumentMeasured[] = [];

  constructor(prepared: readonly PreparedRule[], basis: ChangeBasis) {
    const names = new Set(prepared.flatMap(({ compiled }) => compiled.names));
    const byVolume = prepared.some(({ definition }) => definition.universe?.topByVolume);
    this.#basis = basis;
    this.#ranked = rankedNumbers.filter((name) => names.has(`rank.${name}`) || (byVolume && name === 'volume_1d'));
    this.#relations = [...names].some((name) => BESIDE_BITCOIN.test(name)) ? new MarketRelations() : undefined;
  }

  measure(instrument: string, metrics: MinuteMetrics): void {
    this.#rows.push(measureInstrument(instrument, metrics, this.#basis));
  }

  /** The minute is over for all instruments that were measured since the last one was. */
  close(openTime: number): () => MarketMinute {
    const rows = this.#rows;
    this.#rows = [];
    const relations = this.#relations;
    relations?.rows(openTime, rows, () => true);
    let minute: MarketMinute | undefined;
    return () => {
      minute ??= new MarketMinute(
        closeMarket({
          ...{ openTime, rows, missing: [], missingPartitions: [], ranked: this.#ranked },
          ...(relations && { relation: (one, other) => relations.relation(one, other, openTime) }),
        }),
      );
      return minute;
    };
  }
}
