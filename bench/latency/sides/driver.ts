/** Writes minutes and watches what comes of them. On the embedded log the apps run here too, as they do in the product. */
import type { Log } from '@screener/log';
import { type CalculatorPlace, openCalculatorLog } from '../../calculator/our-calculator.ts';
import { serveSide } from '../../framework/serve-side.ts';
import { MinuteToAlert } from '../minute-to-alert.ts';
import { pipelineTopics, startApps } from '../pipeline.ts';
import { type Population, saveWitness, witnesses } from '../witness.ts';

let log: Log | undefined;
let minutes: MinuteToAlert | undefined;

const opened = (): MinuteToAlert => {
  if (minutes === undefined) throw new Error('not open');
  return minutes;
};

serveSide({
  async open({ place, instruments }: { place: CalculatorPlace; instruments: number }) {
    log = await openCalculatorLog(place);
    await log.ensureTopics(pipelineTopics());
    if (place.brokers === undefined) await startApps(log, ['calculator', 'alerter']);
    minutes = await MinuteToAlert.open(log, instruments);
  },
  fill: (count: number) => opened().fill(count),
  async warmUp({ population }: { population: Population }) {
    const witness = witnesses[population];
    if (log !== undefined) await saveWitness(log, witness);
    await opened().warmUp(witness);
  },
  run: (run: { minutes: number; pauseMs: number }) => opened().run(run),
});
