/** One row of the table: what a person reads, whether waiting can help, and the exit code of the command line. */
export interface ErrorRow {
  /** One line: what, where, what was expected, what to do. `{name}` is replaced by the fact of that name. */
  readonly message: string;
  /** True where the same call may succeed later without anybody changing anything. */
  readonly retryable: boolean;
  /** 2: the call was wrong. 1: it could not be done. */
  readonly exitCode: 1 | 2;
}

const usage = (message: string): ErrorRow => ({ message, retryable: false, exitCode: 2 });
const failure = (message: string): ErrorRow => ({ message, retryable: false, exitCode: 1 });
const passing = (message: string): ErrorRow => ({ message, retryable: true, exitCode: 1 });

/** Every error the product shows on purpose. docs/errors.md lists the same rows; a test keeps them equal. */
export const errorTable = {
  // Calls and settings
  COMMAND_UNKNOWN: usage("unknown command '{command}': expected one of {expected}; see screener --help"),
  OPTION_UNKNOWN: usage("unknown option '{option}' of {command}: expected {expected}; see {command} --help"),
  OPTION_INVALID: usage("{option} is '{found}': expected {expected}, for example {example}"),
  SETTING_INVALID: usage("{setting} is '{found}': expected {expected}, for example {example}"),
  FILE_UNREADABLE: usage('cannot read {file}: {reason}; expected {expected}'),
  FILE_LINE_INVALID: failure('{file} line {line}: {reason}; expected {expected}'),
  // The machine
  PORT_IN_USE: failure('port {port} is in use: stop the program that holds it, or choose another with {hint}'),
  APP_CRASHED: passing('{app} crashed: {reason}; it is restarted in {seconds} s'),
  // The log
  TOPIC_MISSING: failure("topic '{topic}' does not exist in {where}: create it with screener topics apply"),
  TOPOLOGY_INVALID: usage('{file}: {reason}; expected {expected}'),
  PARTITIONS_DIFFER: failure(
    "topic '{topic}' has {found} partitions, the topology says {expected}: a partition count is never changed; see docs/architecture.md on how to migrate",
  ),
  LOG_HELD: failure(
    'the log in {directory} is in use by {holder}: stop that process, or set SCREENER_HOME to another directory',
  ),
  LOG_CORRUPT: failure(
    'the log file {file} is damaged: {reason}; move it away to begin a new log, and keep it: what it holds may be recoverable',
  ),
  LOG_NEWER: failure(
    'the log file {file} was written by a newer version ({found}, this one knows {expected}): upgrade crypto-screener',
  ),
  BROKER_UNREACHABLE: passing(
    'no Kafka broker answers at {brokers}: {reason}; check KAFKA_BROKERS and that the broker runs',
  ),
  TASK_FENCED: passing('{group} partition {partition}: another member has taken over; this task ends here'),
  TRANSACTION_FAILED: passing(
    '{group} partition {partition}: the transaction failed ({reason}); the task is taken over again',
  ),
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof errorTable;
