export * from './notify.ts';
export * from './open-log.ts';
export { partitionOf } from './partitioner.ts';
export type * from './port.ts';
export { topicDifferences } from './topic-differences.ts';
export * from './topology.ts';
