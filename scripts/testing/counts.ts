/** Counts of a test run, and the line that closes it. */
import { readFileSync } from 'node:fs';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const none: Counts = { passed: 0, failed: 0, skipped: 0 };

export const add = (a: Counts, b: Counts): Counts => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
});

export const closingLine = ({ passed, failed, skipped }: Counts): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;

/** The parts of Vitest's JSON report that are counted. */
export interface VitestReport {
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/** What Vitest wrote at its end; undefined: it did not come so far. */
export function readReport(file: string): VitestReport | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as VitestReport;
  } catch {
    return undefined;
  }
}

/**
 * A file that could not be loaded has no tests and still failed; so has a run that ends badly without a failed test, and
 * one that leaves no report, however it ends.
 */
export function countReport(report: VitestReport | undefined, exitCode: number): Counts {
  let counts = none;
  for (const file of report?.testResults ?? []) {
    const statuses = file.assertionResults.map(({ status }) => status);
    const passed = statuses.filter((status) => status === 'passed').length;
    const failed = statuses.filter((status) => status === 'failed').length;
    const skipped = statuses.length - passed - failed;
    counts = add(counts, { passed, failed: failed === 0 && file.status === 'failed' ? 1 : failed, skipped });
  }
  const crashed = exitCode !== 0 || report === undefined;
  return crashed && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}
