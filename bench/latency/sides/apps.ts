/** Apps in a process of their own, as on Kafka each has one. */

import { type CalculatorPlace, openCalculatorLog } from '../../calculator/our-calculator.ts';
import { serveSide } from '../../framework/serve-side.ts';
import { type PipelineApp, startApps } from '../pipeline.ts';

serveSide({
  async open({ place, apps }: { place: CalculatorPlace; apps: readonly PipelineApp[] }) {
    await startApps(await openCalculatorLog(place), apps);
  },
});
