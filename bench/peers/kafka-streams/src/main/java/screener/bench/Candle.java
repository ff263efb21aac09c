package screener.bench;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A closed one-minute candle, read from the bytes of a KlineClosed event: schemas/KlineClosed.avsc tells the order. */
record Candle(
    long openTime,
    double open,
    double high,
    double low,
    double close,
    double volume,
    double quoteVolume,
    long trades,
    double takerBuyVolume,
    double takerBuyQuoteVolume) {

  static final long MINUTE_MS = 60_000;

  /** The topic has events of other schemas too, which are not for us. */
  static boolean is(byte[] event, int schema) {
    return event != null && event.length > 5 && ByteBuffer.wrap(event).getInt(1) == schema;
  }

  static Candle read(byte[] event) {
    ByteBuffer bytes = ByteBuffer.wrap(event).order(ByteOrder.LITTLE_ENDIAN).position(5);
    int instrumentLength = (int) readLong(bytes);
    bytes.position(bytes.position() + instrumentLength);
    return new Candle(
        readLong(bytes),
        bytes.getDouble(),
        bytes.getDouble(),
        bytes.getDouble(),
        bytes.getDouble(),
        bytes.getDouble(),
        bytes.getDouble(),
        readLong(bytes),
        bytes.getDouble(),
        bytes.getDouble());
  }

  /** Zigzag, seven bits a byte. */
  private static long readLong(ByteBuffer bytes) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = bytes.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) return (value >>> 1) ^ -(value & 1);
    }
  }
}
