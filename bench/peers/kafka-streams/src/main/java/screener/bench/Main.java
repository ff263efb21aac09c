package screener.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;

/**
 * Runs one topology until standard input ends. Says "running" when it takes records; answers each line of standard input with
 * the processor time used so far, in microseconds.
 */
public final class Main {
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);

  private static final int TRANSACTION_TIMEOUT_MS = 120_000;

  private Main() {}

  public static void main(String[] arguments) throws IOException {
    Settings settings = Settings.of(arguments);
    KafkaStreams streams = new KafkaStreams(topologyOf(settings), propertiesOf(settings));
    streams.setUncaughtExceptionHandler(
        cause -> {
          cause.printStackTrace();
          return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
    streams.setStateListener(
        (now, before) -> {
          if (now == KafkaStreams.State.RUNNING) System.out.println("running");
          if (now == KafkaStreams.State.ERROR) System.exit(1);
        });
    streams.start();
    answer();
    streams.close(CLOSE_WITHIN);
    System.exit(0);
  }

  private static Topology topologyOf(Settings settings) {
    return switch (settings.topology()) {
      case "dsl" -> HoppingWindows.topology(settings);
      case "processor" -> RingProcessor.topology(settings);
      default -> throw new IllegalArgumentException("topology is dsl or processor, found " + settings.topology());
    };
  }

  /** What is not named here is as Kafka Streams has it by default: RocksDB stores, commits every 100 ms. */
  private static Properties propertiesOf(Settings settings) {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, settings.application());
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, settings.brokers());
    properties.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateDirectory());
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    // A commit of the hopping windows may take longer than the default of 10 s, and would be done again and again.
    properties.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), TRANSACTION_TIMEOUT_MS);
    // It keeps its partitions over a restart, as ours does.
    properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), settings.instance());
    return properties;
  }

  private static void answer() throws IOException {
    OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    BufferedReader questions = new BufferedReader(new InputStreamReader(System.in));
    while (questions.readLine() != null) System.out.println(system.getProcessCpuTime() / 1_000);
  }
}
