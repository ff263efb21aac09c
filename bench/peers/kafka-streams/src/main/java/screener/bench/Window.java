package screener.bench;

import java.nio.ByteBuffer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** What is known of the candles of one window. Candles of an instrument come in order. */
final class Window {
  private static final int BYTES = 11 * 8;

  double open;
  double oldestClose;
  double high;
  double low;
  double close;
  double volume;
  double quoteVolume;
  long trades;
  double takerBuyQuoteVolume;
  long candles;
  long newestOpenTime;

  Window add(Candle candle) {
    if (candles == 0) {
      open = candle.open();
      oldestClose = candle.close();
      high = candle.high();
      low = candle.low();
    }
    high = Math.max(high, candle.high());
    low = Math.min(low, candle.low());
    close = candle.close();
    volume += candle.volume();
    quoteVolume += candle.quoteVolume();
    trades += candle.trades();
    takerBuyQuoteVolume += candle.takerBuyQuoteVolume();
    newestOpenTime = candle.openTime();
    candles += 1;
    return this;
  }

  static Serde<Window> serde() {
    return Serdes.serdeFrom(
        (topic, window) -> window == null ? null : window.toBytes(),
        (topic, bytes) -> bytes == null ? null : fromBytes(bytes));
  }

  private byte[] toBytes() {
    return ByteBuffer.allocate(BYTES)
        .putDouble(open)
        .putDouble(oldestClose)
        .putDouble(high)
        .putDouble(low)
        .putDouble(close)
        .putDouble(volume)
        .putDouble(quoteVolume)
        .putLong(trades)
        .putDouble(takerBuyQuoteVolume)
        .putLong(candles)
        .putLong(newestOpenTime)
        .array();
  }

  private static Window fromBytes(byte[] from) {
    ByteBuffer bytes = ByteBuffer.wrap(from);
    Window window = new Window();
    window.open = bytes.getDouble();
    window.oldestClose = bytes.getDouble();
    window.high = bytes.getDouble();
    window.low = bytes.getDouble();
    window.close = bytes.getDouble();
    window.volume = bytes.getDouble();
    window.quoteVolume = bytes.getDouble();
    window.trades = bytes.getLong();
    window.takerBuyQuoteVolume = bytes.getDouble();
    window.candles = bytes.getLong();
    window.newestOpenTime = bytes.getLong();
    return window;
  }
}
