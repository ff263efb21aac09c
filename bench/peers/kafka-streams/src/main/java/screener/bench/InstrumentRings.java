package screener.bench;

import java.util.Arrays;

/** The last day of one instrument in rings, and the windows over it, each moved on in constant time. */
final class InstrumentRings {
  private static final int SIZE = Settings.MINUTES_MAX;

  private final double[] open = new double[SIZE];
  private final double[] high = new double[SIZE];
  private final double[] low = new double[SIZE];
  private final double[] close = new double[SIZE];
  private final double[] volume = new double[SIZE];
  private final double[] quoteVolume = new double[SIZE];
  private final long[] trades = new long[SIZE];
  private final double[] takerBuyQuoteVolume = new double[SIZE];
  private final Rolling[] windows =
      Arrays.stream(Settings.WINDOWS).mapToObj(Rolling::new).toArray(Rolling[]::new);

  private int newestMinute = -1;

  /** Minutes in a row up to the newest. */
  private int filled;

  static int slot(long openTime) {
    return (int) (openTime / Candle.MINUTE_MS % SIZE);
  }

  /** False for a candle that is not newer than the newest. */
  boolean add(Candle candle) {
    int minute = (int) (candle.openTime() / Candle.MINUTE_MS);
    if (minute <= newestMinute) return false;
    if (minute != newestMinute + 1) {
      filled = 0;
      for (Rolling window : windows) window.clear();
    }
    newestMinute = minute;
    // What leaves the longest window stands in the place of what comes.
    for (Rolling window : windows) if (filled >= window.minutes) window.remove(minute - window.minutes);
    int slot = minute % SIZE;
    open[slot] = candle.open();
    high[slot] = candle.high();
    low[slot] = candle.low();
    close[slot] = candle.close();
    volume[slot] = candle.volume();
    quoteVolume[slot] = candle.quoteVolume();
    trades[slot] = candle.trades();
    takerBuyQuoteVolume[slot] = candle.takerBuyQuoteVolume();
    for (Rolling window : windows) window.add(minute);
    filled = Math.min(filled + 1, SIZE);
    return true;
  }

  byte[] event() {
    int full = 0;
    for (Rolling window : windows) if (filled >= window.minutes) full += 1;
    WindowsEvent event = new WindowsEvent(newestMinute * Candle.MINUTE_MS, close[newestMinute % SIZE], full);
    for (Rolling window : windows) if (filled >= window.minutes) window.writeTo(event);
    return event.toBytes();
  }

  private final class Rolling {
    private final int minutes;
    private final Extremes highest;
    private final Extremes lowest;
    private double volumeSum;
    private double quoteVolumeSum;
    private long tradesSum;
    private double takerBuyQuoteVolumeSum;

    Rolling(int minutes) {
      this.minutes = minutes;
      highest = new Extremes(high, 1, minutes);
      lowest = new Extremes(low, -1, minutes);
    }

    void clear() {
      highest.clear();
      lowest.clear();
      volumeSum = 0;
      quoteVolumeSum = 0;
      tradesSum = 0;
      takerBuyQuoteVolumeSum = 0;
    }

    void remove(int minute) {
      int slot = minute % SIZE;
      highest.remove(minute);
      lowest.remove(minute);
      volumeSum -= volume[slot];
      quoteVolumeSum -= quoteVolume[slot];
      tradesSum -= trades[slot];
      takerBuyQuoteVolumeSum -= takerBuyQuoteVolume[slot];
    }

    void add(int minute) {
      int slot = minute % SIZE;
      highest.add(minute);
      lowest.add(minute);
      volumeSum += volume[slot];
      quoteVolumeSum += quoteVolume[slot];
      tradesSum += trades[slot];
      takerBuyQuoteVolumeSum += takerBuyQuoteVolume[slot];
    }

    void writeTo(WindowsEvent event) {
      int oldest = (newestMinute - minutes + 1) % SIZE;
      event.window(
          minutes,
          open[oldest],
          close[oldest],
          highest.best(),
          lowest.best(),
          close[newestMinute % SIZE],
          volumeSum,
          quoteVolumeSum,
          tradesSum,
          takerBuyQuoteVolumeSum);
    }
  }

  /** Minutes whose value nothing newer beats, the best first. */
  private static final class Extremes {
    private final double[] values;
    private final int sign;
    private final int[] minutes;
    private int head;
    private int size;

    Extremes(double[] values, int sign, int capacity) {
      this.values = values;
      this.sign = sign;
      minutes = new int[capacity];
    }

    void clear() {
      size = 0;
    }

    void remove(int minute) {
      if (size == 0 || minutes[head] != minute) return;
      head = head + 1 == minutes.length ? 0 : head + 1;
      size -= 1;
    }

    void add(int minute) {
      double value = sign * values[minute % SIZE];
      while (size > 0 && sign * values[minutes[place(size - 1)] % SIZE] <= value) size -= 1;
      minutes[place(size)] = minute;
      size += 1;
    }

    double best() {
      return values[minutes[head] % SIZE];
    }

    private int place(int index) {
      int place = head + index;
      return place < minutes.length ? place : place - minutes.length;
    }
  }
}
