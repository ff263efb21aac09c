/** `screener audit` as people call it: its own process, from the log alone. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { minuteText, type Violations } from './violations.ts';

const entry = join(import.meta.dirname, '../../apps/screener/src/main.ts');
const outputBytesMax = 64 * 1_024 * 1_024;

interface AuditRow {
  readonly instrument: string;
  readonly holes: readonly { readonly from: string; readonly minutes: number; readonly reason: string }[];
  readonly violations: readonly { readonly kind: string; readonly openTime: string; readonly offset: number }[];
}

export type AuditTotal = Readonly<Record<string, number | boolean>>;

export interface AuditedLog {
  readonly home: string;
  readonly brokers: readonly string[];
  readonly to: number;
}

export async function auditLog({ home, brokers, to }: AuditedLog, violations: Violations): Promise<AuditTotal> {
  const { KAFKA_BROKERS: _, ...environment } = process.env;
  const args = [entry, 'audit', '--json', '--demo', '--to', `${minuteText(to)}`];
  const env = { ...environment, SCREENER_HOME: home, ...(brokers.length > 0 && { KAFKA_BROKERS: brokers.join(',') }) };
  const { code, out, error } = await run(args, env);
  const lines = out
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line || '{}'));
  const { total } = lines.at(-1) as { readonly total?: AuditTotal };
  if (total === undefined) {
    violations.add('screener audit', 'a total', `exit code ${code}: ${error}`);
    return {};
  }
  for (const { instrument, holes, violations: found } of lines.slice(0, -1) as readonly AuditRow[]) {
    for (const { from, minutes, reason } of holes) {
      violations.add(`audit ${instrument} ${from}`, 'every minute', `${minutes} missing: ${reason}`);
    }
    for (const { kind, openTime, offset } of found) {
      violations.add(`audit ${instrument} ${openTime}`, 'every minute once, in order', `${kind} at offset ${offset}`);
    }
  }
  if (total.complete !== true || code !== 0) violations.add('screener audit', 'complete', JSON.stringify(total));
  return total;
}

function run(args: readonly string[], env: NodeJS.ProcessEnv) {
  return new Promise<{ code: number; out: string; error: string }>((resolve) => {
    execFile(process.execPath, args, { env, maxBuffer: outputBytesMax }, (failure, out, error) => {
      resolve({ code: failure === null ? 0 : Number(failure.code ?? 1), out, error });
    });
  });
}
