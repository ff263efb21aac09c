import { type KeyboardEvent, memo, useId } from 'react';
import { formatAgo, formatPercent, formatPrice, formatUtc } from '../format.ts';
import type { AlertSummary } from '../model.ts';
import type { FeedAlert } from '../store/screener-state.ts';
import { useNow } from '../store/use-now.ts';
import { changeTone } from '../table/change-cell.tsx';
import { AlertTags, MoreTag, SeverityMark } from './alert-marks.tsx';
import { AlertProof } from './alert-proof.tsx';
import { alertSide } from './alert-side.ts';
import { messageBeside } from './alert-words.ts';

interface AlertItemProps {
  readonly alert: FeedAlert;
  readonly base: string;
  readonly quote: string;
  readonly tickSize: number | null;
  /** What the rule looks for, in words */
  readonly about: string;
  readonly selected: boolean;
  /** What fired in its minute beyond the alerts that it may have */
  readonly more: AlertSummary | null;
  /** Its proof is shown */
  readonly open: boolean;
  readonly onToggle: (alert: FeedAlert) => void;
}

const SIDE_MARK = { bull: '▲', bear: '▼', neutral: '◆' } as const;

export const AlertItem = memo(function AlertItem(props: AlertItemProps) {
  const { alert, base, quote, tickSize, about, selected, more, open, onToggle } = props;
  const proofId = useId();
  const side = alertSide(alert.rule, alert.changePct);
  const closeOnEscape = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && open) onToggle(alert);
  };
  return (
    <li
      className={`alert ${side} ${alert.status}${alert.fresh ? ' fresh' : ''}${open ? ' open' : ''}`}
      data-testid="alert"
      data-rule={alert.rule}
      data-symbol={alert.symbol}
      data-alert-id={alert.id}
      data-status={alert.status}
    >
      <button
        type="button"
        className="alert-button"
        title={about}
        aria-current={selected ? 'true' : undefined}
        aria-expanded={open}
        aria-controls={open ? proofId : undefined}
        onClick={() => onToggle(alert)}
        onKeyDown={closeOnEscape}
      >
        <span className="alert-mark" aria-hidden="true">
          {SIDE_MARK[side]}
        </span>
        <SeverityMark severity={alert.severity} />
        <span className="alert-symbol">
          <span className="base">{base}</span>
          <span className="quote">{quote}</span>
        </span>
        <span className="alert-title">
          <span className="alert-name">{alert.title}</span>
          <AlertTags alert={alert} />
          {more !== null && <MoreTag summary={more} />}
        </span>
        <span className={`num alert-change ${changeTone(alert.changePct)}`}>{formatPercent(alert.changePct)}</span>
        <span className="num alert-price">{formatPrice(alert.price, tickSize)}</span>
        <span className="alert-message">{messageBeside(alert)}</span>
        <Age timeMs={alert.triggeredAtMs} />
      </button>
      {open && <AlertProof id={proofId} alert={alert} tickSize={tickSize} about={about} more={more} />}
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
