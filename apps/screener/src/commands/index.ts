import type { Command } from '../command.ts';
import { auditCommand } from './audit.ts';
import { backfillCommand } from './backfill.ts';
import { backtestCommand } from './backtest.ts';
import { deadLettersListCommand, deadLettersRetryCommand, deadLettersShowCommand } from './dead-letters.ts';
import { doctorCommand } from './doctor.ts';
import { explainCommand } from './explain.ts';
import { lagCommand } from './lag.ts';
import { metricsCommand } from './metrics.ts';
import { replayCommand } from './replay.ts';
import { rulesListCommand, rulesShowCommand } from './rules.ts';
import { rulesEvaluateCommand } from './rules-evaluate.ts';
import { rulesDisableCommand, rulesRestorePresetsCommand, rulesSaveCommand } from './rules-save.ts';
import { startCommand } from './start.ts';
import { topicsApplyCommand, topicsDiffCommand } from './topics-apply.ts';
import { topicsDescribeCommand } from './topics-describe.ts';
import { topicsReleaseCommand } from './topics-release.ts';
import { watchlistsListCommand, watchlistsShowCommand } from './watchlists.ts';
import { watchlistsRemoveCommand, watchlistsSaveCommand } from './watchlists-save.ts';

/** Every command, in the order of the overview. */
export const commands: readonly Command[] = [
  startCommand,
  replayCommand,
  auditCommand,
  backfillCommand,
  lagCommand,
  topicsApplyCommand,
  topicsDiffCommand,
  topicsDescribeCommand,
  topicsReleaseCommand,
  deadLettersListCommand,
  deadLettersShowCommand,
  deadLettersRetryCommand,
  metricsCommand,
  rulesEvaluateCommand,
  rulesListCommand,
  rulesShowCommand,
  rulesSaveCommand,
  rulesDisableCommand,
  rulesRestorePresetsCommand,
  explainCommand,
  watchlistsListCommand,
  watchlistsShowCommand,
  watchlistsSaveCommand,
  watchlistsRemoveCommand,
  backtestCommand,
  doctorCommand,
];
