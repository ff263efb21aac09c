import { memo } from 'react';
import { formatPercent } from '../format.ts';

/** Below the first it is noise, above the second worth a look. */
const QUIET_PERCENT = 0.1;
const STRONG_PERCENT = 2;

export function changeTone(percent: number | null): string {
  if (percent === null || !Number.isFinite(percent)) return 'absent';
  if (Math.abs(percent) < QUIET_PERCENT) return 'flat';
  const direction = percent > 0 ? 'up' : 'down';
  return Math.abs(percent) >= STRONG_PERCENT ? `${direction} strong` : direction;
}

export const ChangeCell = memo(function ChangeCell({ percent }: { readonly percent: number | null }) {
  return <td className={`num ${changeTone(percent)}`}>{formatPercent(percent)}</td>;
});
