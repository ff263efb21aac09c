/** How busy the event loop of this process was since it was asked last, from 0 to 1. */
import { performance } from 'node:perf_hooks';

export function createLoadMeter(): () => number {
  let before = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    return utilization;
  };
}
