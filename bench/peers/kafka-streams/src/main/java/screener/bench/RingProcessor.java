package screener.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * By hand in the Processor API: rings in memory do the work, and a store keeps each candle in the place of the one a day
 * before, so that what a crash takes comes back from the changelog: one small write a record.
 */
final class RingProcessor implements Processor<String, byte[], String, byte[]> {
  private static final String STORE = "candles";
  private static final int CANDLE_BYTES = 10 * 8;

  private final Settings settings;
  private final Map<String, InstrumentRings> rings = new HashMap<>();
  private ProcessorContext<String, byte[]> context;
  private KeyValueStore<byte[], byte[]> store;

  private RingProcessor(Settings settings) {
    this.settings = settings;
  }

  static Topology topology(Settings settings) {
    return new Topology()
        .addSource("input", Serdes.String().deserializer(), Serdes.ByteArray().deserializer(), settings.input())
        .addProcessor("rings", () -> new RingProcessor(settings), "input")
        .addStateStore(
            Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(STORE), Serdes.ByteArray(), Serdes.ByteArray()),
            "rings")
        .addSink("output", settings.output(), Serdes.String().serializer(), Serdes.ByteArray().serializer(), "rings");
  }

  @Override
  public void init(ProcessorContext<String, byte[]> given) {
    context = given;
    store = given.getStateStore(STORE);
    Map<String, List<Candle>> stored = new HashMap<>();
    try (KeyValueIterator<byte[], byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<byte[], byte[]> each = all.next();
        stored.computeIfAbsent(instrumentOf(each.key), name -> new ArrayList<>()).add(fromBytes(each.value));
      }
    }
    stored.forEach(
        (instrument, candles) -> {
          candles.sort(Comparator.comparingLong(Candle::openTime));
          InstrumentRings state = rings.computeIfAbsent(instrument, name -> new InstrumentRings());
          candles.forEach(state::add);
        });
  }

  @Override
  public void process(Record<String, byte[]> record) {
    if (!Candle.is(record.value(), settings.klineSchema())) return;
    Candle candle = Candle.read(record.value());
    InstrumentRings state = rings.computeIfAbsent(record.key(), name -> new InstrumentRings());
    if (!state.add(candle)) return;
    store.put(keyOf(record.key(), InstrumentRings.slot(candle.openTime())), toBytes(candle));
    context.forward(record.withValue(state.event()));
  }

  private static byte[] keyOf(String instrument, int slot) {
    byte[] name = instrument.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(name.length + 2).put(name).putShort((short) slot).array();
  }

  private static String instrumentOf(byte[] key) {
    return new String(Arrays.copyOf(key, key.length - 2), StandardCharsets.UTF_8);
  }

  private static byte[] toBytes(Candle candle) {
    return ByteBuffer.allocate(CANDLE_BYTES)
        .putLong(candle.openTime())
        .putDouble(candle.open())
        .putDouble(candle.high())
        .putDouble(candle.low())
        .putDouble(candle.close())
        .putDouble(candle.volume())
        .putDouble(candle.quoteVolume())
        .putLong(candle.trades())
        .putDouble(candle.takerBuyVolume())
        .putDouble(candle.takerBuyQuoteVolume())
        .array();
  }

  private static Candle fromBytes(byte[] from) {
    ByteBuffer bytes = ByteBuffer.wrap(from);
    return new Candle(
        bytes.getLong(),
        bytes.getDouble(),
        bytes.getDouble(),
        bytes.getDouble(),
        bytes.getDouble(),
        bytes.getDouble(),
        bytes.getDouble(),
        bytes.getLong(),
        bytes.getDouble(),
        bytes.getDouble());
  }
}
