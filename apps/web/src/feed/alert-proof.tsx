import type { ReactNode } from 'react';
import { formatCompact, formatFixed, formatPercent, formatPrice, formatUtc, formatUtcClock } from '../format.ts';
import type { Alert, AlertChange, AlertSummary, AlertTerm } from '../model.ts';
import { formatTermNumber, hasSides, heldWords, termSides } from './alert-words.ts';

interface AlertProofProps {
  readonly id: string;
  readonly alert: Alert;
  readonly tickSize: number | null;
  /** What the rule looks for, in words */
  readonly about: string;
  readonly more: AlertSummary | null;
}

/** Why an alert fired: the terms of its rule with the numbers of their sides, and what became of it. */
export function AlertProof({ id, alert, tickSize, about, more }: AlertProofProps) {
  return (
    <section
      id={id}
      className="proof"
      aria-label={`Why ${alert.title} fired on ${alert.symbol}`}
      data-testid="alert-proof"
    >
      {alert.status !== 'fired' && <Standing alert={alert} />}
      <Figures alert={alert} tickSize={tickSize} />
      {alert.terms.length > 0 && <Terms terms={alert.terms} retracted={alert.status === 'retracted'} />}
      {alert.changes.length > 0 && <Changes changes={alert.changes} />}
      {more !== null && <More summary={more} />}
      <p className="proof-source">
        {about !== '' && about !== alert.title && `${about} `}
        Rule {alert.rule}, version {alert.ruleVersion}, severity {alert.severity}. {formatUtc(alert.triggeredAtMs)}
      </p>
    </section>
  );
}

/** So many rules give an idea; the log has all. */
const RULES_NAMED = 12;

function More({ summary: { count, limit, rules } }: { readonly summary: AlertSummary }) {
  const named = rules.slice(0, RULES_NAMED).join(', ');
  const unnamed = count > RULES_NAMED ? ' …' : '';
  return (
    <p>{`${formatCompact(count)} more fired in this minute; beyond ${limit} alerts they are told together: ${named}${unnamed}`}</p>
  );
}

function Standing({ alert: { status, statusAtMs, reason } }: { readonly alert: Alert }) {
  return (
    <p className={`proof-standing ${status}`}>
      <strong>{status === 'retracted' ? 'Retracted' : 'Amended'}</strong>
      {statusAtMs !== null && ` at ${formatUtcClock(statusAtMs)} UTC`}
      {reason !== null && `: ${reason}`}
    </p>
  );
}

function Figures({ alert, tickSize }: { readonly alert: Alert; readonly tickSize: number | null }) {
  const { timeframe, volumeIncrease } = alert;
  const increase = volumeIncrease === null ? '' : ` ×${formatFixed(volumeIncrease, 2)}`;
  const figures = [
    ['Price', formatPrice(alert.price, tickSize), 'Price when it fired'],
    [`Change ${timeframe}`, formatPercent(alert.changePct), `Change over ${timeframe}`],
    [
      `Volume ${timeframe}`,
      `${formatCompact(alert.volume)}${increase}`,
      `Quote volume of ${timeframe}, and how many times the mean of such windows over the last day`,
    ],
    [
      `Range ${timeframe}`,
      formatPercent(alert.candleSizePct).replace('+', ''),
      'From low to high, in percent of the open',
    ],
    [
      'Momentum',
      alert.momentumScore === null ? formatTermNumber(null) : formatFixed(alert.momentumScore, 0),
      '0 to 100: grows with the size of the change and with the increase of the volume',
    ],
  ] as const;
  return (
    <dl className="proof-figures">
      {figures.map(([name, text, meaning]) => (
        <div key={name} title={meaning}>
          <dt>{name}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}

interface ProofTableProps {
  readonly caption: string;
  /** The second and the third one hold numbers */
  readonly columns: readonly string[];
  readonly testId: string;
  readonly children: ReactNode;
}

const isNumberColumn = (index: number): boolean => index === 1 || index === 2;

function ProofTable({ caption, columns, testId, children }: ProofTableProps) {
  return (
    <table className="proof-table" data-testid={testId}>
      <caption>{caption}</caption>
      <thead>
        <tr>
          {columns.map((name, index) => (
            <th key={name} scope="col" className={isNumberColumn(index) ? 'num' : undefined}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}

function Terms({ terms, retracted }: { readonly terms: readonly AlertTerm[]; readonly retracted: boolean }) {
  const caption = retracted ? 'Its condition, by the numbers as they are now' : 'Its condition, term by term';
  return (
    <ProofTable caption={caption} columns={['term', 'left', 'right', 'held']} testId="alert-terms">
      {terms.map((term) => (
        <Term key={`${term.element ?? ''} ${term.term}`} term={term} />
      ))}
    </ProofTable>
  );
}

function Term({ term }: { readonly term: AlertTerm }) {
  const { left, right } = termSides(term);
  const { sign, words } = heldWords(term.held);
  // A call such as candles.last(3).all(…) has no sides of its own: its elements follow.
  const bare = !hasSides(term);
  return (
    <tr>
      <th scope="row" colSpan={bare ? 3 : 1}>
        <code>{term.term}</code>
        {term.element !== null && <span className="proof-element"> {term.element}</span>}
      </th>
      {!bare && (
        <>
          <td className="num" title={left.exact}>
            {left.text}
          </td>
          <td className="num" title={right.exact}>
            {right.text}
          </td>
        </>
      )}
      <td className={`proof-held held-${term.held}`}>
        <span aria-hidden="true" title={words}>
          {sign}
        </span>
        <span className="hidden">{words}</span>
      </td>
    </tr>
  );
}

function Changes({ changes }: { readonly changes: readonly AlertChange[] }) {
  return (
    <ProofTable caption="What is different" columns={['number', 'told', 'now']} testId="alert-changes">
      {changes.map(({ name, before, after }) => (
        <tr key={name}>
          <th scope="row">
            <code>{name}</code>
          </th>
          <td className="num" title={String(before)}>
            {formatTermNumber(before)}
          </td>
          <td className="num" title={String(after)}>
            {formatTermNumber(after)}
          </td>
        </tr>
      ))}
    </ProofTable>
  );
}
