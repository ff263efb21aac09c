import { memo } from 'react';
import { formatAgo, formatCompact, formatPercent, formatPrice, formatUtc } from '../format.ts';
import type { FeedAlert } from '../store/screener-state.ts';
import { useNow } from '../store/use-now.ts';
import { changeTone } from '../table/change-cell.tsx';
import { alertSide } from './alert-side.ts';

interface AlertItemProps {
  readonly alert: FeedAlert;
  readonly base: string;
  readonly quote: string;
  readonly tickSize: number | null;
  /** What the rule looks for, in words */
  readonly about: string;
  readonly selected: boolean;
  readonly onSelect: (instrument: string) => void;
}

const SIDE_MARK = { bull: '▲', bear: '▼', neutral: '◆' } as const;

export const AlertItem = memo(function AlertItem(props: AlertItemProps) {
  const { alert, base, quote, tickSize, about, selected, onSelect } = props;
  const side = alertSide(alert.rule, alert.changePct);
  return (
    <li
      className={`alert ${side}${alert.fresh ? ' fresh' : ''}`}
      data-testid="alert"
      data-rule={alert.rule}
      data-symbol={alert.symbol}
      data-alert-id={alert.id}
    >
      <button
        type="button"
        className="alert-button"
        title={about}
        aria-current={selected ? 'true' : undefined}
        onClick={() => onSelect(alert.instrument)}
      >
        <span className="alert-mark" aria-hidden="true">
          {SIDE_MARK[side]}
        </span>
        <span className="alert-symbol">
          <span className="base">{base}</span>
          <span className="quote">{quote}</span>
        </span>
        <span className="alert-title">{alert.title}</span>
        <span className={`num alert-change ${changeTone(alert.changePct)}`}>{formatPercent(alert.changePct)}</span>
        <span className="num alert-price">{formatPrice(alert.price, tickSize)}</span>
        <span className="num alert-volume" title={`Quote volume of ${alert.timeframe}`}>
          {formatCompact(alert.volume)}
        </span>
        <Age timeMs={alert.triggeredAtMs} />
      </button>
    </li>
  );
});

function Age({ timeMs }: { readonly timeMs: number }) {
  const nowMs = useNow();
  return (
    <time className="num alert-age" dateTime={new Date(timeMs).toISOString()} title={formatUtc(timeMs)}>
      {formatAgo(timeMs, nowMs)}
    </time>
  );
}
