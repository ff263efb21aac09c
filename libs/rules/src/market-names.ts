/** Names of the market-wide numbers. They are those of the minute before, as its record in the topic `market.closed` has them. */

type Recorded = number | null | undefined;

export interface LeaderSource {
  readonly price: number;
  readonly change_1h?: Recorded;
  readonly change_1d?: Recorded;
}

export interface RankSource {
  readonly instrument: string;
  readonly change_1h?: Recorded;
  readonly change_1d?: Recorded;
  readonly volume_1d?: Recorded;
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
  {
    name: `${name}.change_1h`,
    about: `Change of ${title} over the last hour in percent`,
    read: (market) => market[name]?.change_1h,
  },
  {
    name: `${name}.change_1d`,
    about: `Change of ${title} over the last day in percent`,
    read: (market) => market[name]?.change_1d,
  },
];

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
  {
    name: 'rank.change_1h',
    about: 'Rank of this instrument by its change over the last hour; 1 is the highest',
    read: (_, rank) => rank?.change_1h,
  },
  {
    name: 'rank.change_1d',
    about: 'Rank of this instrument by its change over the last day; 1 is the highest',
    read: (_, rank) => rank?.change_1d,
  },
  {
    name: 'rank.volume_1d',
    about: 'Rank of this instrument by its quote volume of the last day; 1 is the highest',
    read: (_, rank) => rank?.volume_1d,
  },
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
  readonly record: MarketSource;
  #ranks: ReadonlyMap<string, RankSource> | undefined;

  constructor(record: MarketSource) {
    this.record = record;
  }

  rankOf(instrument: string): RankSource | undefined {
    this.#ranks ??= new Map(this.record.ranks.map((rank) => [rank.instrument, rank]));
    return this.#ranks.get(instrument);
  }
}
