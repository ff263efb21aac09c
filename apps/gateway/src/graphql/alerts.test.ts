import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  aboutAlert,
  alert,
  btc,
  eth,
  eventually,
  type GatewayFixture,
  instrument,
  MINUTE_MS,
  startFixture,
  term,
} from '../testing/gateway-fixture.ts';
import { graphqlFollower } from '../testing/graphql-follower.ts';

let fixture: GatewayFixture;
const { connect, follow, dispose } = graphqlFollower(() => fixture.gateway.address);

beforeAll(async () => {
  fixture = await startFixture({
    before: (append) => append('instruments', 'InstrumentChanged', instrument(btc), instrument(eth)),
  });
  await eventually(async () => {
    const { data } = await fixture.query('{ status { text } }');
    return (data as { status: { text: string } }).status.text.startsWith('0 of 2');
  });
});
afterEach(dispose);
afterAll(() => fixture.close());

describe('the subscription of alerts', () => {
  test('each new one once, by filter, and none of the past', async () => {
    const client = connect();
    const all = follow<{ id: string; symbol: string }>('subscription { alerts { id symbol } }', {}, client);
    const mine = follow<{ id: string }>(
      'subscription ($s: String!) { alerts(symbol: $s) { id } }',
      { s: 'ETHUSDT' },
      client,
    );
    // What a socket asks is taken up in order: with this answer the subscriptions stand.
    await follow('{ status { total } }', {}, client).at(0);
    await fixture.append(
      'alerts',
      'AlertTriggered',
      alert(11, Date.now()),
      alert(12, Date.now(), { instrument: eth }),
      alert(11, Date.now()),
    );
    await all.at(1);
    expect(all.values.map(({ id }) => Number(id.slice(-2))).sort()).toEqual([11, 12]);
    expect(await mine.at(0)).toEqual({ id: alert(12, 0).id });
    expect(mine.values.length).toBe(1);
  });

  test('the same one once more when it is amended, and when it is retracted, with its proof', async () => {
    type Told = { id: string; status: string; volume: number };
    const seen = follow<Told>(`subscription { alerts(rule: "mine") {
      id status severity message provisional ordinal owner volume volumeIncrease candleSizePct momentumScore
      terms { term element left leftText right rightText held } statusAtMs reason changes { name before after }
    } }`);
    await follow('{ status { total } }').at(0);
    const told = alert(21, Date.now(), { rule: 'mine', provisional: true, ordinal: 2 });
    await fixture.append('alerts', 'AlertTriggered', told);
    const fired = {
      ...{ id: told.id, status: 'fired', severity: 'warning', message: 'BTCUSDT moves', provisional: true, ordinal: 2 },
      ...{ owner: 'preset', volume: 1_250_000, volumeIncrease: 2.3, candleSizePct: 4.1, momentumScore: 61.2 },
      terms: [term('change_1h > least', 3.2, 1.6, true)],
      ...{ statusAtMs: null, reason: null, changes: [] },
    };
    expect(await seen.at(0)).toEqual(fired);
    const amendedAt = told.triggeredAt + 1_000;
    const reason = 'its minute closed';
    const changes = [{ name: 'volume', before: 1_250_000, after: 1_300_000 }];
    await fixture.append('alerts', 'AlertAmended', { ...aboutAlert(told), reason, amendedAt, changes });
    const amended = { ...fired, status: 'amended', provisional: false, volume: 1_300_000, changes };
    expect(await seen.at(1)).toEqual({ ...amended, statusAtMs: amendedAt, reason });
    const terms = [term('change_1h > least', null, 1.6, null)];
    await fixture.append('alerts', 'AlertRetracted', { ...aboutAlert(told), retractedAt: amendedAt, terms });
    const retracted = { ...amended, status: 'retracted', statusAtMs: amendedAt, terms };
    expect(await seen.at(2)).toMatchObject({ ...retracted, reason: 'the exchange corrected a candle' });
    const { data } = await fixture.query('{ alerts(rule: "mine") { total alerts { status } } }');
    expect(data).toEqual({ alerts: { total: 1, alerts: [{ status: 'retracted' }] } });
  });

  test('what fired beyond the alerts of a minute is told together', async () => {
    const fields = '{ symbol time limit count rules summarisedAtMs }';
    const seen = follow<object>(`subscription { alertSummaries ${fields} }`);
    await follow('{ status { total } }').at(0);
    const summarisedAt = Date.now();
    const openTime = summarisedAt - (summarisedAt % MINUTE_MS);
    const summary = (...rules: readonly string[]) => ({
      ...{ instrument: eth, openTime, summarisedAt, limit: 200, count: rules.length },
      alerts: rules.map((rule) => ({ id: rule, rule, ruleVersion: 1 })),
    });
    await fixture.append('alerts', 'AlertsSummarised', summary('a', 'b'), summary('b', 'c'));
    const told = { symbol: 'ETHUSDT', time: openTime / 1_000, limit: 200, summarisedAtMs: summarisedAt };
    expect(await seen.at(0)).toEqual({ ...told, count: 2, rules: ['a', 'b'] });
    expect(await seen.at(1)).toEqual({ ...told, count: 4, rules: ['a', 'b', 'c'] });
    const { data } = await fixture.query(`{ alertSummaries ${fields} }`);
    expect(data).toEqual({ alertSummaries: [seen.values[1]] });
    const { errors } = await fixture.query('{ alertSummaries(limit: 0) { count } }');
    expect(errors?.[0]?.extensions?.code).toBe('PARAMETER_INVALID');
  });

  test('ten thousand at once reach everybody who reads, each once', { timeout: 30_000 }, async () => {
    const seen = follow<{ id: string; terms: object[] }>(
      'subscription { alerts(rule: "burst") { id terms { term left } } }',
    );
    await follow('{ status { total } }').at(0);
    const now = Date.now();
    const burst = Array.from({ length: 10_000 }, (_, index) => alert(100_000 + index, now + index, { rule: 'burst' }));
    await fixture.append('alerts', 'AlertTriggered', ...burst);
    await eventually(() => seen.values.length >= burst.length || seen.errors.length > 0, 20_000);
    expect(seen.errors).toEqual([]);
    expect(new Set(seen.values.map(({ id }) => id)).size).toBe(burst.length);
    expect(seen.values.length).toBe(burst.length);
  });
});
