import {
  CandlestickSeries,
  ColorType,
  CrosshairMode,
  createChart,
  createSeriesMarkers,
  createTextWatermark,
  HistogramSeries,
  LineStyle,
  type SeriesMarker,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts';
import { formatFixed } from '../format.ts';
import type { Candle } from '../model.ts';
import type { ChartMark } from './chart-marks.ts';

/** The drawing itself, free of React: a canvas that is told what to show. */
export interface CandleView {
  /** Replaces all candles and shows the newest ones. */
  setCandles(candles: readonly Candle[], decimals: number): void;
  /** The newest candle, or one after it; older ones are refused by the chart and ignored here. */
  update(candle: Candle): void;
  setMarks(marks: readonly ChartMark[]): void;
  setSimulated(simulated: boolean): void;
  /** Calls back with the candle under the pointer, or null when there is none. */
  onPoint(listener: (candle: Candle | null) => void): void;
  remove(): void;
}

const COLOURS = {
  background: '#10141a',
  text: '#8d99a8',
  grid: '#171d25',
  line: '#222a34',
  crosshair: '#5c6a7a',
  label: '#2a3441',
  up: '#35c08e',
  down: '#ef6a76',
  upVolume: '#35c08e40',
  downVolume: '#ef6a7640',
  neutral: '#b9a3f5',
  watermark: '#e8b04a14',
} as const;

const BAR_SPACING = 7;
const SPACE_RIGHT_BARS = 6;

const candlePoint = ({ time, open, high, low, close }: Candle) => ({
  time: time as UTCTimestamp,
  open,
  high,
  low,
  close,
});

const volumePoint = ({ time, open, close, volume }: Candle) => ({
  time: time as UTCTimestamp,
  value: volume,
  color: close >= open ? COLOURS.upVolume : COLOURS.downVolume,
});

function marker({ time, side, text }: ChartMark): SeriesMarker<Time> {
  const at = time as UTCTimestamp;
  if (side === 'bull') return { time: at, position: 'belowBar', shape: 'arrowUp', color: COLOURS.up, text };
  if (side === 'bear') return { time: at, position: 'aboveBar', shape: 'arrowDown', color: COLOURS.down, text };
  return { time: at, position: 'aboveBar', shape: 'circle', color: COLOURS.neutral, text };
}

export function createCandleView(container: HTMLElement): CandleView {
  const chart = createChart(container, {
    autoSize: true,
    layout: {
      background: { type: ColorType.Solid, color: COLOURS.background },
      textColor: COLOURS.text,
      fontFamily: getComputedStyle(container).fontFamily,
      fontSize: 11,
      // The attribution that the licence asks for stands as text below the chart.
      attributionLogo: false,
    },
    grid: { vertLines: { color: COLOURS.grid }, horzLines: { color: COLOURS.grid } },
    crosshair: {
      mode: CrosshairMode.Normal,
      vertLine: { color: COLOURS.crosshair, style: LineStyle.Dotted, labelBackgroundColor: COLOURS.label },
      horzLine: { color: COLOURS.crosshair, style: LineStyle.Dotted, labelBackgroundColor: COLOURS.label },
    },
    rightPriceScale: { borderColor: COLOURS.line, scaleMargins: { top: 0.12, bottom: 0.24 } },
    timeScale: {
      borderColor: COLOURS.line,
      timeVisible: true,
      secondsVisible: false,
      rightOffset: SPACE_RIGHT_BARS,
      barSpacing: BAR_SPACING,
    },
    localization: { locale: 'en-GB', dateFormat: 'yyyy-MM-dd' },
  });
  const candles = chart.addSeries(CandlestickSeries, {
    upColor: COLOURS.up,
    downColor: COLOURS.down,
    wickUpColor: COLOURS.up,
    wickDownColor: COLOURS.down,
    borderVisible: false,
    priceLineStyle: LineStyle.Dotted,
  });
  const volumes = chart.addSeries(HistogramSeries, {
    priceScaleId: 'volume',
    priceFormat: { type: 'volume' },
    lastValueVisible: false,
    priceLineVisible: false,
  });
  volumes.priceScale().applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } });
  const markers = createSeriesMarkers<Time>(candles, []);
  const watermark = createTextWatermark(chart.panes()[0] ?? chart.addPane(), { visible: false });
  const byTime = new Map<number, Candle>();
  let newestTime = Number.NEGATIVE_INFINITY;

  function keep(candle: Candle): void {
    byTime.set(candle.time, candle);
    newestTime = Math.max(newestTime, candle.time);
  }

  return {
    setCandles(all, decimals) {
      byTime.clear();
      newestTime = Number.NEGATIVE_INFINITY;
      for (const candle of all) keep(candle);
      markers.setMarkers([]);
      candles.applyOptions({
        priceFormat: {
          type: 'custom',
          formatter: (price: number) => formatFixed(price, decimals),
          minMove: 10 ** -decimals,
        },
      });
      candles.setData(all.map(candlePoint));
      volumes.setData(all.map(volumePoint));
      candles.priceScale().applyOptions({ autoScale: true });
      chart.timeScale().applyOptions({ barSpacing: BAR_SPACING });
      chart.timeScale().scrollToPosition(SPACE_RIGHT_BARS, false);
    },
    update(candle) {
      if (candle.time < newestTime) return;
      keep(candle);
      candles.update(candlePoint(candle));
      volumes.update(volumePoint(candle));
    },
    setMarks: (marks) => markers.setMarkers(marks.map(marker)),
    setSimulated(simulated) {
      const line = { text: 'SIMULATED', color: COLOURS.watermark, fontSize: 32, fontStyle: '600' };
      watermark.applyOptions({ visible: simulated, horzAlign: 'center', vertAlign: 'center', lines: [line] });
    },
    onPoint(listener) {
      chart.subscribeCrosshairMove(({ time }) => listener(byTime.get(Number(time)) ?? null));
    },
    remove: () => chart.remove(),
  };
}
