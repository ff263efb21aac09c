/** The topics of the app on a broker: they have the names of the product, so the broker must not have a log of ours already. */
import { openLog } from '@screener/log';
import { type CaseRun, CaseUnavailable } from '../framework/benchmark.ts';
import { type ClientAdmin, clientOptions, loadPlatformaticKafka } from '../log/peer-packages.ts';
import { calculatorTopics, candleTopic } from './our-calculator.ts';

const groups = ['calculator', 'market'];
const goneWithinMs = 30_000;
const pollMs = 100;

export interface CalculatorTopics {
  readonly brokers: readonly string[];
  /** As if the app had never run: its candles stay. */
  begin(): Promise<void>;
  /** Topics whose names begin so, and the groups that go with them. */
  remove(prefix: string): Promise<void>;
}

/** Everything is removed afterwards, also topics of the peers: their names begin with `bench-`. */
export async function withCalculatorTopics<T>(
  bench: CaseRun,
  work: (topics: CalculatorTopics) => Promise<T>,
): Promise<T> {
  const brokers = await bench.brokers();
  const own = calculatorTopics().map(({ name }) => name);
  const there = await namesOf(brokers);
  const found = own.find((name) => there.has(name));
  if (found !== undefined) {
    throw new CaseUnavailable(`this Kafka has a topic '${found}' already: expected one without a log of ours`);
  }
  await ensure(brokers);
  try {
    return await work({
      brokers,
      async begin() {
        await remove(
          brokers,
          own.filter((name) => name !== candleTopic),
          groups,
        );
        await ensure(brokers);
      },
      async remove(prefix) {
        const names = [...(await namesOf(brokers))].filter((name) => name.startsWith(prefix));
        await remove(brokers, names, []);
      },
    });
  } finally {
    const names = [...(await namesOf(brokers))].filter((name) => name.startsWith('bench-') || own.includes(name));
    await remove(brokers, names, []).catch(() => {});
  }
}

/** What the port has no way to do, and should have none. */
type TopicAdmin = ClientAdmin & {
  deleteGroups(options: { groups: readonly string[] }): Promise<unknown>;
  listTopics(options: object): Promise<readonly string[]>;
};

async function withAdmin<T>(brokers: readonly string[], work: (admin: TopicAdmin) => Promise<T>): Promise<T> {
  const admin = new (loadPlatformaticKafka().Admin)(clientOptions(brokers, 'screener-bench')) as TopicAdmin;
  try {
    return await work(admin);
  } finally {
    await admin.close();
  }
}

const namesOf = (brokers: readonly string[]): Promise<ReadonlySet<string>> =>
  withAdmin(brokers, async (admin) => new Set(await admin.listTopics({})));

async function ensure(brokers: readonly string[]): Promise<void> {
  const log = await openLog({ directory: '', brokers });
  try {
    await log.ensureTopics(calculatorTopics());
  } finally {
    await log.close();
  }
}

/** Resolves when the broker does not know them any more. */
function remove(brokers: readonly string[], topics: readonly string[], groupNames: readonly string[]): Promise<void> {
  return withAdmin(brokers, async (admin) => {
    const deadline = performance.now() + goneWithinMs;
    const present = async (): Promise<string[]> => {
      const there = new Set(await admin.listTopics({}));
      return topics.filter((name) => there.has(name));
    };
    const found = await present();
    if (found.length > 0) await admin.deleteTopics({ topics: found });
    // One at a time: what was never there is no reason to keep the others.
    for (const group of groupNames) await deleteGroup(admin, group, deadline);
    while ((await present()).length > 0) {
      if (performance.now() > deadline) throw new Error('topics are not removed');
      await pause();
    }
  });
}

/** A member that has just left may be known for a moment longer. */
async function deleteGroup(admin: TopicAdmin, group: string, deadline: number): Promise<void> {
  for (;;) {
    try {
      await admin.deleteGroups({ groups: [group] });
      return;
    } catch (cause) {
      if (isUnknownGroup(cause)) return;
      if (performance.now() > deadline) throw cause;
      await pause();
    }
  }
}

function isUnknownGroup(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  const { errors = [], apiId } = cause as Error & { errors?: readonly unknown[]; apiId?: string };
  return apiId === 'GROUP_ID_NOT_FOUND' || errors.some(isUnknownGroup);
}

const pause = (): Promise<void> => new Promise((next) => setTimeout(next, pollMs));
