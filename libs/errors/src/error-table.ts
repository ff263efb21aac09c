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
  ARGUMENT_UNKNOWN: usage(
    "{command} does not know what to do with '{argument}': expected {expected}; see {command} --help",
  ),
  ARGUMENT_MISSING: usage('{command} needs {argument}; see {command} --help'),
  TOPIC_UNKNOWN: usage("no topic '{topic}': did you mean {expected}? screener topics describe lists all"),
  FORMAT_NEEDS_EVENT: usage(
    '--format {format} has one kind of event in a file, and {topic} has several: choose one with --event {expected}',
  ),
  OPTION_INVALID: usage("{option} is '{found}': expected {expected}, for example {example}"),
  SETTING_INVALID: usage("{setting} is '{found}': expected {expected}, for example {example}"),
  FILE_UNREADABLE: usage('cannot read {file}: {reason}; expected {expected}'),
  FILE_UNWRITABLE: failure(
    'cannot write {file}: {reason}; check that the directory exists, its permissions and free space',
  ),
  FILE_LINE_INVALID: failure('{file} line {line}: {reason}; expected {expected}'),
  // Rules
  RULE_INVALID: usage('rule {rule}: {reason}; expected {expected}'),
  RULE_UNKNOWN: usage("no rule '{rule}': did you mean {expected}? screener rules list shows all"),
  ALERT_UNKNOWN: usage(
    "no alert '{id}': expected an id of the topic alerts, which keeps 30 days; screener replay alerts lists them",
  ),
  WATCHLIST_INVALID: usage("watchlist '{watchlist}': {reason}; expected {expected}"),
  WATCHLIST_UNKNOWN: usage(
    "{owner} has no watchlist '{watchlist}': expected {expected}; screener watchlists list shows all",
  ),
  RULE_CONDITION_INVALID: usage('rule {rule}, character {position} of its condition: {reason}; expected {expected}'),
  BACKTEST_TOO_LARGE: usage('the backtest has {what}: at most {most}; {advice}'),
  // The machine
  PORT_IN_USE: failure('port {port} is in use: stop the program that holds it, or choose another with {hint}'),
  PORT_REFUSED: failure('the system does not let this user listen on port {port}: choose another with {hint}'),
  DIRECTORY_UNWRITABLE: failure(
    'cannot write into the data directory {directory}: {reason}; give this user the right to, or set SCREENER_HOME to another one',
  ),
  APP_CRASHED: passing('{app} crashed: {reason}; it is restarted in {seconds} s'),
  // The exchange
  EXCHANGE_UNREACHABLE: passing(
    '{exchange} cannot be reached at {address}: {reason}; check the network, or start with --demo',
  ),
  EXCHANGE_REFUSED: failure(
    '{exchange} refused {request} with status {status}: {reason}; check the address and the symbols',
  ),
  EXCHANGE_SYMBOL_UNKNOWN: failure(
    '{exchange} does not know {symbol}: {reason}; it may be delisted, or the exchange writes it otherwise',
  ),
  EXCHANGE_BANNED: passing(
    '{exchange} has banned this address until {until}: nothing is sent before; look for others that use the same address',
  ),
  EXCHANGE_ANSWER_INVALID: passing(
    "{exchange} answered {request} with something else than agreed: '{found}'; check that the address is the exchange's",
  ),
  INSTRUMENTS_NONE: failure(
    'no instrument of {exchange} is asked for: found {found}, expected {expected}; check SYMBOLS',
  ),
  PAGE_BUILD_FAILED: failure(
    'the web page in {directory} could not be built: {reason}; run vite build there to see all of it',
  ),
  // The log
  TOPIC_MISSING: failure("topic '{topic}' does not exist in {where}: create it with screener topics apply"),
  TOPOLOGY_INVALID: usage('{file}: {reason}; expected {expected}'),
  PARTITIONS_DIFFER: failure(
    "topic '{topic}' has {found} partitions, the topology says {expected}: a partition count is never changed; see docs/architecture.md on how to migrate",
  ),
  LOG_MISSING: failure('there is no log in {directory} yet: screener start makes one'),
  LOG_HELD: failure(
    'the log in {directory} is in use by {holder}: stop that process, or set SCREENER_HOME to another directory',
  ),
  BACKFILL_HELD: failure(
    'another screener backfill works on the log in {directory}: wait for it, or stop it; what it fetched stays',
  ),
  LOG_CORRUPT: failure(
    'the log file {file} is damaged: {reason}; move it away to begin a new log, and keep it: what it holds may be recoverable',
  ),
  LOG_READ_ONLY: failure('the log in {directory} is open for reading only: {action} needs the process that writes it'),
  LOG_PEER_LOST: passing(
    'the process that writes the log in {directory} went away during {action}: whether it happened is not known; look, and try again',
  ),
  LOG_PEER_DIFFERENT: failure(
    'the process that writes the log in {directory} speaks version {found} of its socket, this one version {expected}: use the same version of crypto-screener for both',
  ),
  LOG_CLOSED: failure('the log is closed: {action} came too late'),
  LOG_WRITE_FAILED: passing('cannot write the log file {file}: {reason}; check free space and permissions'),
  PARTITION_UNKNOWN: failure("topic '{topic}' has partitions 0 to {last}, not {partition}"),
  GROUP_RUNNING: failure('group {group} has a running member, and its input is kept for it: stop it first'),
  INPUT_NOT_KEPT: usage("no input is kept for group '{group}': {expected}"),
  RECORD_FAILED: failure('{group} cannot process {topic} partition {partition} offset {offset}: {reason}'),
  RECORDS_FAILED: failure(
    '{group} cannot process {topic} partition {partition}: {count} records in a row failed, the last at offset {offset}: {reason}; nothing more is skipped: put right whoever reads or writes them, then start again',
  ),
  SNAPSHOT_UNUSABLE: failure('{group}: {what}: {hint}'),
  SIDE_INPUT_TOO_LARGE: failure(
    "{group} partition {partition}: more than {most} records of side inputs wait for the next minute, the last of topic '{topic}': side inputs are small, or {input} stands still",
  ),
  PARTITION_STUCK: passing(
    '{group}: {topic} partition {partition} stood still for {seconds} s while {more} more records came; it is taken over again',
  ),
  DEAD_LETTER_UNKNOWN: failure(
    "no dead letter '{id}': expected an id that screener dead-letters list shows, such as klines.closed/5/1234@calculator",
  ),
  DEAD_LETTER_OF_FRAME: failure(
    "dead letter '{id}' is a frame of {exchange} that was in no topic, so it cannot be appended again: what it lacked was fetched over REST, and screener audit tells whether anything is missing",
  ),
  LOG_NEWER: failure(
    'the log file {file} was written by a newer version ({found}, this one knows {expected}): upgrade crypto-screener',
  ),
  LOG_MIXED: failure(
    'the log holds {found} candles and cannot take {expected} ones too: start with {hint}, or use another SCREENER_HOME or Kafka cluster',
  ),
  BROKER_UNREACHABLE: passing(
    'no Kafka broker answers at {brokers}: {reason}; check KAFKA_BROKERS and that the broker runs',
  ),
  BROKER_NOT_READY: passing('the Kafka broker at {brokers} is not ready: {reason}, for longer than we wait'),
  BROKER_REFUSED: failure("the Kafka broker at {brokers} refuses: {reason}; the broker's own log says why"),
  BROKER_UNAUTHORIZED: failure(
    "the Kafka broker at {brokers} does not allow {what} ({reason}): give this process's user that right, as the table of topics in docs/topics.md asks",
  ),
  CLUSTER_DIFFERS: failure(
    'the Kafka cluster behind {brokers} is {found}, expected {expected}: check KAFKA_BROKERS; if the change is meant, use another SCREENER_HOME or remove {file}',
  ),
  CLUSTER_CHANGED: failure(
    'another Kafka cluster answers at {brokers} now: it is {found}, this process began with {expected}; nothing more is written: check the address, then start again',
  ),
  TOPIC_RECREATED: failure(
    "topic '{topic}' was deleted and created anew while it was read (its id was {expected}, now it is {found}): start again, and rebuild what was made of the old one",
  ),
  INSTANCE_TAKEN: failure(
    "another process is '{instance}' in group {group} now: give every process a SCREENER_INSTANCE of its own",
  ),
  // Schemas
  REGISTRY_UNREACHABLE: passing(
    'no schema registry answers at {address}: {reason}; check SCHEMA_REGISTRY_URL and that the registry runs',
  ),
  REGISTRY_REFUSED: failure(
    "the schema registry at {address} refuses {what}: {reason}; check SCHEMA_REGISTRY_URL (Apicurio's ends in /apis/ccompat/v7), name and password, and the compatibility of its subjects (FULL_TRANSITIVE)",
  ),
  SCHEMA_INCOMPATIBLE: failure(
    'the schema registry at {address} has versions of {subject} that this {schema} does not fit: {reason}; use the version of crypto-screener that belongs to this log, or a registry of its own',
  ),
  SCHEMA_IDS_DIFFER: failure(
    'the log was written with schema ids of {found} (the first is {id}), this process has those of {bound}: {hint}',
  ),
  APPEND_FAILED: passing(
    "cannot append to topic '{topic}' partition {partition}: {reason}; whether the records were written is not known",
  ),
  APPEND_OVERRUN: passing(
    "{queued} records wait to be appended, {most} may, and more came for topic '{topic}': the broker is slower than what is written",
  ),
  APPEND_REFUSED: failure("topic '{topic}' partition {partition} refuses the records: {reason}"),
  OFFSET_UNKNOWN: failure(
    "topic '{topic}' partition {partition} has no offset {offset}, it ends at {end}: was the topic created anew?",
  ),
  TASK_FENCED: passing('{group} partition {partition}: another member has taken over; this task ends here'),
  TRANSACTION_FAILED: passing(
    '{group} partition {partition}: the transaction failed ({reason}); the task is taken over again',
  ),
  // The database
  DATABASE_UNREACHABLE: passing(
    'the database at {where} does not answer: {reason}; check DATABASE_URL and that PostgreSQL runs',
  ),
  DATABASE_REFUSED: failure(
    'the database at {where} refuses: {reason}; check user, password, database name and rights behind DATABASE_URL',
  ),
  DATABASE_UNSUPPORTED_PLATFORM: failure(
    'no embedded PostgreSQL on {platform}: {reason}; set DATABASE_URL to a PostgreSQL 14 or newer of your own',
  ),
  DATABASE_START_FAILED: failure(
    'the embedded PostgreSQL in {directory} cannot start: {reason}; see {file}, or set DATABASE_URL to a PostgreSQL of your own',
  ),
  DATABASE_DIED: passing('the embedded PostgreSQL in {directory} ended by itself ({reason}); see {file}'),
  DATABASE_HELD: failure(
    'the database in {directory} is in use by process {holder}: stop that process, or set SCREENER_HOME to another directory',
  ),
  DATABASE_NEWER: failure(
    'the tables at {where} were made by a newer version (migration {found}, this one knows {expected}): upgrade crypto-screener',
  ),
  MIGRATION_CHANGED: failure(
    'migration {name} is not the one that made the tables at {where}: take the file as it was, and put changes into a new migration',
  ),
  DATABASE_OF_OTHER_LOG: failure(
    "the database follows topic {topic} of log {found}, this is log {expected}: set DATABASE_URL to a database of its own, or let this one follow the new log with DELETE FROM sink_offsets WHERE topic = '{topic}'",
  ),
  ROW_INVALID: failure('row {row} for table {table}: {column} is {found}; expected {expected}'),
  // The APIs
  SYMBOL_UNKNOWN: usage("no instrument '{symbol}': expected {candidates}; GET /api/symbols lists all"),
  PARAMETER_INVALID: usage("{parameter} is '{found}': expected {expected}, for example {example}"),
  PATH_UNKNOWN: usage('nothing at {path}: expected {expected}'),
  METHOD_REFUSED: usage('{method} {path}: expected {expected}'),
  BODY_INVALID: usage('the body of {path} {found}: expected {expected}, for example {example}'),
  BODY_TOO_LARGE: usage('the body of {path} has more than {most} bytes: ask for less at a time'),
  QUERY_INVALID: usage('the query is refused: {reason}; expected an operation of the published schema'),
  QUERY_TOO_LARGE: usage('the query has {found} {what}: expected at most {most}; ask for less at a time'),
  ORIGIN_REFUSED: usage(
    "pages of {origin} may not open a WebSocket here: expected this gateway's own page, or a program",
  ),
  CLIENTS_TOO_MANY: passing('{found} WebSockets are open: expected at most {most}; try again later'),
  NOT_PRIMED: passing('{what} is not known yet, the gateway still reads the log: try again in a second'),
  REQUEST_FAILED: failure("{path} failed: {reason}; the gateway's log says more"),
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof errorTable;
