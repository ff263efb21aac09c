/** Everything that a run left behind, held against what an undisturbed run would have left. */
import type { Log, LogRecord } from '@screener/log';
import type { StageStates } from '../messages.ts';
import type { ViolationList } from '../violations.ts';
import type { TaskState } from '../workload/definitions.ts';
import { type Stage, stages, tally } from '../workload/names.ts';
import { compareSequences, SequenceBuilder, type Sequences } from './compare.ts';
import { readAll, readSideHistory } from './contents.ts';
import { type Acknowledged, checkLedger } from './ledger-check.ts';
import { replay, versionOfNobody } from './replays.ts';
import { runUndisturbed, type Undisturbed } from './undisturbed.ts';
import { readAsWitness } from './witness.ts';

export interface VerifyOptions {
  readonly log: Log;
  /** For the witness; none when embedded. */
  readonly brokers: readonly string[] | undefined;
  readonly partitions: number;
  readonly fed: Acknowledged;
  /** What the workers had in memory when all was settled. */
  readonly live: readonly StageStates[];
  readonly violations: ViolationList;
  readonly say: (text: string) => void;
}

/** Returns how many events were compared. */
export async function verify(options: VerifyOptions): Promise<number> {
  const { log, brokers, partitions, violations, say } = options;
  const topics = new Map<string, readonly LogRecord[]>();
  for (const topic of [tally.input, ...stages.map(({ output }) => output)])
    topics.set(topic, await readAll(log, topic));
  checkLedger(topics.get(tally.input) ?? [], options.fed, violations);
  for (const stage of stages) {
    say(`verifying ${stage.name}`);
    const side = await readSideHistory(log, stage);
    const undisturbed = runUndisturbed(stage, partitions, topics.get(stage.input) ?? [], side, violations);
    compareSequences(stage.output, undisturbed.outputs, sequencesOf(topics.get(stage.output) ?? []), violations);
    checkLiveStates(options, stage, undisturbed);
    await checkReplays(options, stage, undisturbed);
  }
  if (brokers !== undefined) {
    for (const [topic, records] of topics) {
      say(`an independent consumer reads ${topic}`);
      const { sequences, complete } = await readAsWitness(log, brokers, topic);
      if (!complete) violations.add('witness', `${topic}: kafkajs did not come to the end`);
      // Its own findings are of the kind 'witness': what is missing there is there for our reader.
      compareAsWitness(topic, sequencesOf(records), sequences, violations);
    }
  }
  return [...topics.values()].reduce((sum, records) => sum + records.length, 0);
}

function sequencesOf(records: readonly LogRecord[]): Sequences {
  const builder = new SequenceBuilder();
  for (const { partition, key, timestamp, value } of records) builder.add(partition, key, timestamp, value);
  return builder.sequences;
}

function compareAsWitness(topic: string, ours: Sequences, theirs: Sequences, violations: ViolationList): void {
  for (const key of new Set([...ours.keys(), ...theirs.keys()])) {
    const [a, b] = [ours.get(key) ?? [], theirs.get(key) ?? []];
    if (a.length === b.length && a.every((line, place) => line === b[place])) continue;
    violations.add('witness', `${topic}, key ${key}: we read ${a.length} events, kafkajs ${b.length}, not the same`);
  }
}

function checkLiveStates({ live, partitions, violations }: VerifyOptions, stage: Stage, expected: Undisturbed): void {
  for (let partition = 0; partition < partitions; partition += 1) {
    const owners = live.map((states) => states[stage.name][partition]).filter((state) => state !== undefined);
    if (owners.length !== 1)
      violations.add('state', `${stage.name} ${partition} had ${owners.length} live owners when all was settled`);
    for (const state of owners)
      compareStates('live run', stage, partition, expected.states[partition], state, violations);
  }
}

async function checkReplays(
  { log, partitions, violations, say }: VerifyOptions,
  stage: Stage,
  expected: Undisturbed,
): Promise<void> {
  const fromSnapshots = await replay(log, stage, partitions);
  const fromScratch = await replay(log, stage, partitions, versionOfNobody);
  say(`${stage.name}: replayed ${fromSnapshots.applied} records from snapshots, ${fromScratch.applied} from scratch`);
  for (const [name, { states }] of [
    ['replay from snapshots', fromSnapshots],
    ['replay from scratch', fromScratch],
  ] as const) {
    for (let partition = 0; partition < partitions; partition += 1) {
      compareStates(name, stage, partition, expected.states[partition], states.get(partition), violations);
    }
  }
  compareSequences(`${stage.name} emitted by the replay`, expected.outputs, fromScratch.outputs, violations);
  if (fromSnapshots.applied >= fromScratch.applied) {
    violations.add('state', `${stage.name}: a replay from snapshots took as many records as one without them`);
  }
}

function compareStates(
  name: string,
  stage: Stage,
  partition: number,
  expected: TaskState | undefined,
  found: TaskState | undefined,
  violations: ViolationList,
): void {
  const where = `${stage.name} ${partition}, ${name}`;
  if (found === undefined || expected === undefined) {
    violations.add('state', `${where}: not live in time`);
    return;
  }
  for (const key of new Set([...Object.keys(expected.keys), ...Object.keys(found.keys)])) {
    const [a, b] = [expected.keys[key], found.keys[key]].map((state) =>
      state === undefined ? 'nothing' : Buffer.from(state, 'base64').toString(),
    );
    if (a !== b) violations.add('state', `${where}, key ${key}: expected ${a}, found ${b}`);
  }
  if (String(expected.rules) !== String(found.rules)) {
    violations.add('state', `${where}: expected rules ${expected.rules}, found ${found.rules}`);
  }
}
