/** Apps in a process of their own, as on Kafka each has one. */
import { serveSide } from '../../framework/serve-side.ts';
import { openPipelineLog, type PipelineApp, type PipelinePlace, startApps } from '../pipeline.ts';

serveSide({
  async open({ place, apps }: { place: PipelinePlace; apps: readonly PipelineApp[] }) {
    await startApps(await openPipelineLog(place), apps);
  },
});
