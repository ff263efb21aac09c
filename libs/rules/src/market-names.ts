/** Names of the market-wide numbers. They are those of the minute before, as its record in the topic `market.closed` has them. */

type Recorded = number | null | undefined;

/** Over these there are changes of Bitcoin and Ether, and ranks. */
const changeSpans = {
  change_5m: 'five minutes',
  change_15m: 'quarter of an hour',
  change_1h: 'hour',
  change_4h: 'four hours',
  change_1d: 'day',
} as const;
const volumeSpans = { volume_1h: 'hour', volume_1d: 'day' } as const;

type ChangeName = keyof typeof changeSpans;
type VolumeName = keyof typeof volumeSpans;

export interface LeaderSource extends Readonly<Partial<Record<ChangeName, Recorded>>> {
  readonly price: number;
}

export interface RankSource extends Readonly<Partial<Record<ChangeName | VolumeName, Recorded>>> {
  readonly instrument: string;
  readonly beta_1d?: Recorded;
  readonly correlation_1d?: Recorded;
  readonly relative_strength_1h?: Recorded;
  readonly relative_strength_1d?: Recorded;
}

/** What is read of a record; the event MarketClosed has all of it. */
export interface MarketSource {
  readonly openTime: number;
  readonly instruments: number;
  readonly aboveVwap_1h?: Recorded;
  readonly advancing_1h: number;
  readonly declining_1h: number;
  readonly advancing_1d: number;
  readonly declining_1d: number;
  readonly btc?: LeaderSource | null | undefined;
  readonly eth?: LeaderSource | null | undefined;
  readonly ranks: readonly RankSource[];
}

export interface MarketName {
  readonly name: string;
  readonly about: string;
  /** `rank`: where the instrument stands in the record; undefined when it is not in it. */
  readonly read: (market: MarketSource, rank: RankSource | undefined) => Recorded;
}

const leaderNames = (name: 'btc' | 'eth', title: string): readonly MarketName[] => [
  { name: `${name}.price`, about: `Price of ${title}`, read: (market) => market[name]?.price },
  ...Object.entries(changeSpans).map(
    ([change, span]): MarketName => ({
      name: `${name}.${change}`,
      about: `Change of ${title} over the last ${span} in percent`,
      read: (market) => market[name]?.[change as ChangeName],
    }),
  ),
];

const rankNames: readonly MarketName[] = [
  ...Object.entries(changeSpans).map(([name, span]) => [name, `change over the last ${span}`] as const),
  ...Object.entries(volumeSpans).map(([name, span]) => [name, `quote volume of the last ${span}`] as const),
].map(([name, what]) => ({
  name: `rank.${name}`,
  about: `Rank of this instrument by its ${what}; 1 is the highest`,
  read: (_, rank) => rank?.[name as ChangeName | VolumeName],
}));

export const marketNames: readonly MarketName[] = [
  {
    name: 'market.breadth',
    about: 'Share of instruments above their 1h VWAP, 0 to 1',
    read: (market) => market.aboveVwap_1h,
  },
  {
    name: 'market.instruments',
    about: 'Instruments with a candle of the minute',
    read: (market) => market.instruments,
  },
  {
    name: 'market.advancing_1h',
    about: 'Instruments that rose over the last hour',
    read: (market) => market.advancing_1h,
  },
  {
    name: 'market.declining_1h',
    about: 'Instruments that fell over the last hour',
    read: (market) => market.declining_1h,
  },
  {
    name: 'market.advancing_1d',
    about: 'Instruments that rose over the last day',
    read: (market) => market.advancing_1d,
  },
  {
    name: 'market.declining_1d',
    about: 'Instruments that fell over the last day',
    read: (market) => market.declining_1d,
  },
  ...rankNames,
  ...leaderNames('btc', 'Bitcoin'),
  {
    name: 'btc.beta_1d',
    about: 'By how many percent this instrument moves where Bitcoin moves by one, over a day of one-minute returns',
    read: (_, rank) => rank?.beta_1d,
  },
  {
    name: 'btc.correlation_1d',
    about: 'Correlation of these returns with those of Bitcoin, -1 to 1',
    read: (_, rank) => rank?.correlation_1d,
  },
  {
    name: 'btc.relative_strength_1h',
    about:
      'Change of this instrument over the last hour in percent that Bitcoin does not explain: change - beta × change of Bitcoin',
    read: (_, rank) => rank?.relative_strength_1h,
  },
  {
    name: 'btc.relative_strength_1d',
    about: 'The same over the last day',
    read: (_, rank) => rank?.relative_strength_1d,
  },
  ...leaderNames('eth', 'Ether'),
];

/** One record with its ranks by instrument: made once per minute, read by every instrument. */
export class MarketMinute {
  readonly #read: () => MarketSource;
  #record: MarketSource | undefined;
  #ranks: ReadonlyMap<string, RankSource> | undefined;

  /** Of a function it is made when it is first asked for: in most minutes nobody does. */
  constructor(record: MarketSource | (() => MarketSource)) {
    this.#read = typeof record === 'function' ? record : () => record;
  }

  /** Makes it now; throws what making it throws. */
  load(): void {
    this.#record ??= this.#read();
  }

  get record(): MarketSource {
    this.#record ??= this.#read();
    return this.#record;
  }

  rankOf(instrument: string): RankSource | undefined {
    this.#ranks ??= new Map(this.record.ranks.map((rank) => [rank.instrument, rank]));
    return this.#ranks.get(instrument);
  }
}
