package screener.bench;

import java.time.Duration;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.state.WindowStore;

/** As one writes it in the DSL: a hopping window of each length, moved on every minute, put out when it is full. */
final class HoppingWindows {
  private HoppingWindows() {}

  static Topology topology(Settings settings) {
    Serde<Window> windows = Window.serde();
    StreamsBuilder builder = new StreamsBuilder();
    KStream<String, Candle> candles =
        builder
            .stream(settings.input(), Consumed.with(Serdes.String(), Serdes.ByteArray()))
            .filter((instrument, event) -> Candle.is(event, settings.klineSchema()))
            .mapValues(Candle::read);
    for (int minutes : Settings.WINDOWS) {
      Duration length = Duration.ofMinutes(minutes);
      candles
          .groupByKey(Grouped.with(Serdes.String(), null))
          .windowedBy(TimeWindows.ofSizeWithNoGrace(length).advanceBy(Duration.ofMinutes(1)))
          .aggregate(
              Window::new,
              (instrument, candle, window) -> window.add(candle),
              Materialized.<String, Window, WindowStore<Bytes, byte[]>>as("window-" + minutes)
                  .withKeySerde(Serdes.String())
                  .withValueSerde(windows))
          .toStream()
          .filter((key, window) -> window.candles == minutes)
          .map((key, window) -> KeyValue.pair(key.key(), event(minutes, window)))
          .to(settings.output(), Produced.with(Serdes.String(), Serdes.ByteArray()));
    }
    return builder.build();
  }

  private static byte[] event(int minutes, Window window) {
    return new WindowsEvent(window.newestOpenTime, window.close, 1)
        .window(
            minutes,
            window.open,
            window.oldestClose,
            window.high,
            window.low,
            window.close,
            window.volume,
            window.quoteVolume,
            window.trades,
            window.takerBuyQuoteVolume)
        .toBytes();
  }
}
