import type { Command } from '../command.ts';
import { doctorCommand } from './doctor.ts';
import { metricsCommand } from './metrics.ts';
import { replayCommand } from './replay.ts';
import { rulesEvaluateCommand } from './rules-evaluate.ts';
import { startCommand } from './start.ts';
import { topicsApplyCommand, topicsDescribeCommand, topicsDiffCommand } from './topics.ts';

/** Every command, in the order of the overview. */
export const commands: readonly Command[] = [
  startCommand,
  replayCommand,
  topicsApplyCommand,
  topicsDiffCommand,
  topicsDescribeCommand,
  metricsCommand,
  rulesEvaluateCommand,
  doctorCommand,
];
