/** Everything that a run left behind, held against what an undisturbed run would have left. */
import type { Log } from '@screener/log';
import type { StageStates } from '../messages.ts';
import type { ViolationList } from '../violations.ts';
import { comparedTopics, type Stage, type TaskState, type Workload } from '../workload/workload.ts';
import { compareSequences, SequenceBuilder, type Sequences } from './compare.ts';
import { readSideHistory, recordsOf } from './contents.ts';
import { type Acknowledged, checkLedger } from './ledger-check.ts';
import { replay, versionOfNobody } from './replays.ts';
import { runUndisturbed, type Undisturbed } from './undisturbed.ts';
import { readAsWitness } from './witness.ts';

export interface VerifyOptions {
  readonly log: Log;
  /** For the witness; none when embedded. */
  readonly brokers: readonly string[] | undefined;
  readonly workload: Workload;
  readonly fed: Acknowledged;
  /** What the workers had in memory when all was settled. */
  readonly live: readonly StageStates[];
  readonly violations: ViolationList;
  readonly say: (text: string) => void;
}

/** Returns how many events were compared. */
export async function verify(options: VerifyOptions): Promise<number> {
  const { log, brokers, workload, violations, say } = options;
  const { stages, stateOf } = workload;
  const [first] = stages;
  if (first === undefined) throw new Error('a workload without stages');
  await checkLedger(recordsOf(log, first.definition.input), options.fed, workload, violations);
  for (const stage of stages) {
    const { definition, outputs } = stage;
    say(`verifying ${definition.group}`);
    const side = await readSideHistory(log, definition);
    const input = recordsOf(log, definition.input);
    const undisturbed = await runUndisturbed({ stage, stateOf, input, side, violations });
    for (const topic of outputs) {
      const { found, aside } = await readOutput(log, topic, stage);
      if (aside > 0) say(`${topic} has ${aside} records that come of no task`);
      compareSequences(topic, undisturbed.outputs.of(topic), found, violations);
    }
    checkLiveStates(options, stage, undisturbed);
    await checkReplays(options, stage, undisturbed);
  }
  await workload.judge?.(log, violations);
  let events = 0;
  for (const topic of comparedTopics(workload)) {
    const ours = new SequenceBuilder();
    for await (const { partition, key, timestamp, value } of recordsOf(log, topic))
      ours.add(partition, key, timestamp, value);
    events += ours.events;
    if (brokers === undefined) continue;
    say(`an independent consumer reads ${topic}`);
    const { sequences, complete } = await readAsWitness(log, brokers, topic);
    if (!complete) violations.add('witness', `${topic}: kafkajs did not come to the end`);
    // Its own findings are of the kind 'witness': what is missing there is there for our reader.
    compareAsWitness(topic, ours.sequences, sequences, violations);
  }
  return events;
}

async function readOutput(
  log: Log,
  topic: string,
  { isAside = () => false }: Stage,
): Promise<{ readonly found: Sequences; readonly aside: number }> {
  const builder = new SequenceBuilder();
  let aside = 0;
  for await (const record of recordsOf(log, topic)) {
    if (isAside(record)) aside += 1;
    else builder.add(record.partition, record.key, record.timestamp, record.value);
  }
  return { found: builder.sequences, aside };
}

function compareAsWitness(topic: string, ours: Sequences, theirs: Sequences, violations: ViolationList): void {
  for (const key of new Set([...ours.keys(), ...theirs.keys()])) {
    const [a, b] = [ours.get(key) ?? [], theirs.get(key) ?? []];
    if (a.length === b.length && a.every((line, place) => line === b[place])) continue;
    violations.add('witness', `${topic}, key ${key}: we read ${a.length} events, kafkajs ${b.length}, not the same`);
  }
}

function checkLiveStates({ live, violations }: VerifyOptions, stage: Stage, expected: Undisturbed): void {
  const { group } = stage.definition;
  for (let partition = 0; partition < stage.partitions; partition += 1) {
    const owners = live.map((states) => states[group]?.[partition]).filter((state) => state !== undefined);
    if (owners.length !== 1)
      violations.add('state', `${group} ${partition} had ${owners.length} live owners when all was settled`);
    for (const state of owners)
      compareStates(`${group} ${partition}, live run`, expected.states[partition], state, violations);
  }
}

async function checkReplays(
  { log, workload: { stateOf }, violations, say }: VerifyOptions,
  stage: Stage,
  expected: Undisturbed,
): Promise<void> {
  const { group } = stage.definition;
  const fromSnapshots = await replay(log, { stage, stateOf });
  const fromScratch = await replay(log, { stage, stateOf }, versionOfNobody);
  say(`${group}: replayed ${fromSnapshots.applied} records from snapshots, ${fromScratch.applied} from scratch`);
  for (const [name, { states }] of [
    ['replay from snapshots', fromSnapshots],
    ['replay from scratch', fromScratch],
  ] as const) {
    for (let partition = 0; partition < stage.partitions; partition += 1) {
      compareStates(`${group} ${partition}, ${name}`, expected.states[partition], states.get(partition), violations);
    }
  }
  // A task without any state has no need to see its input again.
  const hasState = (task: number): boolean => Object.keys(expected.states[task]?.keys ?? {}).length > 0;
  for (const topic of stage.outputs) {
    const [straight, again] = [expected, fromScratch].map(({ outputs }) => outputs.of(topic, hasState));
    compareSequences(`${topic} by the replay`, straight ?? new Map(), again ?? new Map(), violations);
  }
  if (fromSnapshots.applied >= fromScratch.applied) {
    violations.add('state', `${group}: a replay from snapshots took as many records as one without them`);
  }
}

function compareStates(
  where: string,
  expected: TaskState | undefined,
  found: TaskState | undefined,
  violations: ViolationList,
): void {
  if (found === undefined || expected === undefined) {
    violations.add('state', `${where}: not live in time`);
    return;
  }
  for (const key of new Set([...Object.keys(expected.keys), ...Object.keys(found.keys)])) {
    const [a, b] = [expected.keys[key] ?? 'nothing', found.keys[key] ?? 'nothing'];
    if (a !== b) violations.add('state', `${where}, key ${key}: expected ${a}, found ${b}`);
  }
  if (String(expected.rules) !== String(found.rules)) {
    violations.add('state', `${where}: expected rules ${expected.rules}, found ${found.rules}`);
  }
}
