import { memo } from 'react';
import { sparklinePaths } from './sparkline-paths.ts';

export const SPARKLINE_WIDTH = 96;
export const SPARKLINE_HEIGHT = 20;

interface SparklineProps {
  readonly closes: readonly number[] | undefined;
  readonly price: number | null;
}

/** The last hour in a glance; the newest point is the live price. Decoration beside the numbers, so not read out. */
export const Sparkline = memo(function Sparkline({ closes, price }: SparklineProps) {
  if (closes === undefined || closes.length < 2) return <span className="absent">–</span>;
  const points = price === null ? closes : [...closes, price];
  const { line, area, rising } = sparklinePaths(points, SPARKLINE_WIDTH, SPARKLINE_HEIGHT);
  return (
    <svg
      className={`sparkline ${rising ? 'up' : 'down'}`}
      viewBox={`0 0 ${SPARKLINE_WIDTH} ${SPARKLINE_HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path className="sparkline-area" d={area} />
      <path className="sparkline-line" d={line} />
    </svg>
  );
});
