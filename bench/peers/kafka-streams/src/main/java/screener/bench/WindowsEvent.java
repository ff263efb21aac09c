package screener.bench;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What is put out for a minute of an instrument: the windows that are full, little-endian, one number after the other. */
final class WindowsEvent {
  private static final int HEAD_BYTES = 20;
  private static final int WINDOW_BYTES = 76;

  private final ByteBuffer bytes;

  WindowsEvent(long openTime, double price, int windows) {
    bytes = ByteBuffer.allocate(HEAD_BYTES + windows * WINDOW_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(openTime).putDouble(price).putInt(windows);
  }

  WindowsEvent window(
      int minutes,
      double open,
      double oldestClose,
      double high,
      double low,
      double close,
      double volume,
      double quoteVolume,
      long trades,
      double takerBuyQuoteVolume) {
    bytes.putInt(minutes).putDouble(open).putDouble(oldestClose).putDouble(high).putDouble(low).putDouble(close);
    bytes.putDouble(volume).putDouble(quoteVolume).putLong(trades).putDouble(takerBuyQuoteVolume);
    return this;
  }

  byte[] toBytes() {
    return bytes.array();
  }
}
