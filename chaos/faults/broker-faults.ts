/** Faults of brokers: restarted, killed, and killed while they lead a partition that has other copies. */
import type { ClusterNode } from '../../scripts/kafka/local-cluster.ts';
import { cameTrue, type Fault, pause, type Scene, someoneBusy } from '../scene.ts';
import { between, pick } from '../seeded-random.ts';
import { type PartitionPlace, partitionPlaces } from '../topic-places.ts';

const downMsMax = 2_500;
/** KRaft takes a session of 9 s to see that a broker is gone. */
const newLeaderWithinMs = 30_000;
const copiesWithinMs = 60_000;

/** On a machine with too much to do a broker may need more than the time that is good for everybody else. */
const startAttempts = 3;

async function startAgain(node: ClusterNode): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await node.start();
    } catch (cause) {
      if (attempt === startAttempts) throw cause;
    }
  }
}

const addressesOf = (nodes: readonly ClusterNode[]): string[] =>
  nodes.filter(({ pid }) => pid !== undefined).map(({ port }) => `127.0.0.1:${port}`);

/** With several brokers the next fault waits until every copy is whole: two missing of three may lose what was acknowledged. */
async function untilWhole({ nodes, topics, stop, say }: Scene): Promise<void> {
  if (nodes.length === 1) return;
  const whole = await cameTrue(
    async () => {
      const places = await partitionPlaces(addressesOf(nodes), topics).catch(() => []);
      return places.length > 0 && places.every(({ inSync }) => inSync.length === nodes.length);
    },
    copiesWithinMs,
    stop,
  );
  if (!whole && !stop.aborted) say('copies are not whole yet');
}

const bounce = (kind: 'broker-restart' | 'broker-kill', weight: number): Fault => ({
  kind,
  weight,
  async inject(scene) {
    const { nodes, ledger, random, say } = scene;
    const node = pick(random, nodes);
    const busy = await someoneBusy(scene);
    if (scene.stop.aborted) return;
    const { pid } = node;
    const begun = performance.now();
    await (kind === 'broker-kill' ? node.kill() : node.stop());
    await pause(between(random, 0, downMsMax));
    await startAgain(node);
    say(`${kind} of broker ${node.id}: away for ${((performance.now() - begun) / 1_000).toFixed(1)} s`);
    ledger.record(kind, busy && pid !== undefined && node.pid !== pid);
    await untilWhole(scene);
  },
});

/** kill -9 of the broker that leads a partition; it comes back when another one leads. */
const leaderKill: Fault = {
  kind: 'leader-kill',
  weight: 2,
  async inject(scene) {
    const { nodes, topics, ledger, random, stop, say } = scene;
    const place = pick(random, await partitionPlaces(addressesOf(nodes), topics));
    const leader = nodes.find(({ id }) => id === place.leader);
    if (leader === undefined) return ledger.record('leader-kill', false);
    await leader.kill();
    const moved = (now: PartitionPlace): boolean =>
      now.topic === place.topic && now.partition === place.partition && now.leader > 0 && now.leader !== place.leader;
    const fired = await cameTrue(
      async () => (await partitionPlaces(addressesOf(nodes), [place.topic]).catch(() => [])).some(moved),
      newLeaderWithinMs,
      stop,
    );
    await pause(between(random, 0, downMsMax));
    await startAgain(leader);
    say(`killed broker ${leader.id}, leader of ${place.topic} ${place.partition}${fired ? '' : ': in vain'}`);
    ledger.record('leader-kill', fired);
    await untilWhole(scene);
  },
};

export const brokerFaults = (brokers: number): readonly Fault[] => [
  bounce('broker-restart', 1),
  bounce('broker-kill', 1),
  ...(brokers > 1 ? [leaderKill] : []),
];
