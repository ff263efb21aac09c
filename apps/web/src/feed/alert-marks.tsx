import { formatCompact } from '../format.ts';
import type { Alert, AlertSummary, Severity } from '../model.ts';

/** Each severity has a shape of its own, so that nobody needs its colour. */
const OUTLINE: Readonly<Record<Severity, string>> = {
  info: 'M7 1.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 0 1 0-11Z',
  warning: 'M7 1.2 13.4 12.4H.6Z',
  critical: 'M4.3.8h5.4l3.5 3.5v5.4l-3.5 3.5H4.3L.8 9.7V4.3Z',
};

export function SeverityMark({ severity }: { readonly severity: Severity }) {
  return (
    <svg
      className={`severity ${severity}`}
      viewBox="0 0 14 14"
      role="img"
      aria-label={severity}
      data-severity={severity}
    >
      <title>{severity}</title>
      <path className="severity-shape" d={OUTLINE[severity]} />
      {severity === 'info' ? (
        <path className="severity-sign" d="M7 6.4v3.4M7 4.1v.2" />
      ) : (
        <path className="severity-sign" d={severity === 'warning' ? 'M7 5.2v3.2M7 10.4v.2' : 'M7 3.6v4M7 10v.2'} />
      )}
    </svg>
  );
}

const TAGS = {
  provisional: 'The minute that made it fire was not over yet',
  amended: 'It stands, with other numbers than it was told with',
  retracted: 'By the numbers as they are now its rule did not hold',
} as const;

/** What is not final of an alert, or was changed. */
export function AlertTags({ alert }: { readonly alert: Pick<Alert, 'provisional' | 'status'> }) {
  const { provisional, status } = alert;
  const tags = [
    ...(provisional && status !== 'retracted' ? (['provisional'] as const) : []),
    ...(status === 'fired' ? [] : [status]),
  ];
  return tags.map((tag) => (
    <span key={tag} className={`alert-tag ${tag}`} title={TAGS[tag]} data-testid={`alert-${tag}`}>
      {tag}
    </span>
  ));
}

/** There was more in that minute than an instrument may have alerts. */
export function MoreTag({ summary: { count, limit } }: { readonly summary: AlertSummary }) {
  return (
    <span
      className="alert-tag more"
      title={`${count} more rules fired in this minute; beyond ${limit} alerts they are told together`}
      data-testid="alert-more"
    >
      +{formatCompact(count)}
    </span>
  );
}
