import { describe, expect, test } from 'vitest';
import { times } from './limits.ts';
import { btc, eth, instrument, MINUTE_MS, metricsClosed, rollingWindow } from './testing/gateway-fixture.ts';
import { type Ticker, type TickerBatch, TickerBoard } from './ticker-board.ts';
import { InstrumentsView } from './views/instruments-view.ts';
import { MetricsView } from './views/metrics-view.ts';

const T = 1_733_740_200_000;

function boardOf(basis: 'open' | 'oldest-close' = 'open') {
  const instruments = new InstrumentsView();
  const metrics = new MetricsView();
  const board = new TickerBoard({ instruments, metrics, basis });
  const batches: TickerBatch[] = [];
  board.changed.listen((batch) => batches.push(batch));
  for (const name of [btc, eth]) {
    instruments.apply(instrument(name));
    board.touch(name, T);
  }
  return { instruments, metrics, board, batches };
}

describe('the table', () => {
  test('shows an instrument before it has a number, and says only what changed', () => {
    const { metrics, board, batches } = boardOf();
    board.tick(T);
    expect(batches.map((batch) => batch.tickers.map((row) => [row.symbol, row.price]))).toEqual([
      [
        ['BTCUSDT', null],
        ['ETHUSDT', null],
      ],
    ]);
    board.tick(T + 1_000);
    expect(batches.length, 'nothing changed').toBe(1);
    metrics.applyClosed(metricsClosed(eth, T));
    board.touch(eth, T + 2_000);
    board.tick(T + 2_000);
    expect(batches[1]).toMatchObject({ full: false, tickers: [{ instrument: eth, price: 110 }] });
    // The same numbers again are no news.
    metrics.applyClosed(metricsClosed(eth, T + MINUTE_MS));
    board.touch(eth, T + 3_000);
    board.tick(T + 3_000);
    expect(batches.length).toBe(2);
  });

  test('its batches add up to the whole', () => {
    const { metrics, board, batches } = boardOf();
    const rows = new Map<string, Ticker>();
    for (let second = 0; second < 50; second++) {
      const name = second % 3 === 0 ? btc : eth;
      metrics.applyLive({ instrument: name, openTime: T, eventTime: T + second, price: second % 7, windows: [] });
      board.touch(name, T + second);
      board.tick(T + second * 1_000);
    }
    for (const batch of batches) for (const row of batch.tickers) rows.set(row.instrument, row);
    expect([...rows.values()]).toEqual(board.all().tickers);
    expect(batches.length).toBeGreaterThan(20);
  });

  test('the change follows the setting, a number that cannot be told is null', () => {
    for (const [basis, change] of [
      ['open', 10],
      ['oldest-close', (9 / 101) * 100],
    ] as const) {
      const { metrics, board } = boardOf(basis);
      const windows = [rollingWindow(5), rollingWindow(60, { open: 0, oldestClose: 0, volume: 0 })];
      metrics.applyClosed(metricsClosed(btc, T, { windows, indicators: [] }));
      board.touch(btc, T);
      board.tick(T);
      const [row] = board.all().tickers;
      expect(row?.change5m).toBeCloseTo(change, 10);
      expect(row).toMatchObject({ change1h: null, vcp1h: 0, volume5m: 5_250, volume1d: null, rsi1h: null });
    }
  });

  test('an instrument without news for long is stale, until there is news', () => {
    const { board, batches } = boardOf();
    board.tick(T);
    board.touch(btc, T + 60_000);
    board.tick(T + times.tickerStaleMs + 1);
    expect(batches.at(-1)?.tickers.map((row) => [row.symbol, row.stale])).toEqual([['ETHUSDT', true]]);
    board.touch(eth, T + times.tickerStaleMs + 2);
    board.tick(T + times.tickerStaleMs + 2);
    expect(batches.at(-1)?.tickers.map((row) => [row.symbol, row.stale])).toEqual([['ETHUSDT', false]]);
  });
});
