package screener.bench;

import java.util.HashMap;
import java.util.Map;

/** Arguments of the program, name=value each. */
record Settings(
    String topology,
    String brokers,
    String application,
    String instance,
    String stateDirectory,
    String input,
    String output,
    int klineSchema) {

  /** In minutes. */
  static final int[] WINDOWS = {5, 15, 60, 240, 480, 1_440};

  static final int MINUTES_MAX = 1_440;

  static Settings of(String[] arguments) {
    Map<String, String> given = new HashMap<>();
    for (String argument : arguments) {
      String[] pair = argument.split("=", 2);
      if (pair.length < 2) throw new IllegalArgumentException("expected name=value, found " + argument);
      given.put(pair[0], pair[1]);
    }
    return new Settings(
        value(given, "topology"),
        value(given, "brokers"),
        value(given, "application"),
        value(given, "instance"),
        value(given, "stateDirectory"),
        value(given, "input"),
        value(given, "output"),
        Integer.parseInt(value(given, "klineSchema")));
  }

  private static String value(Map<String, String> given, String name) {
    String value = given.get(name);
    if (value == null) throw new IllegalArgumentException("missing " + name + "=");
    return value;
  }
}
