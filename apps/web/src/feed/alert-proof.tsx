import { formatCompact, formatFixed, formatPercent, formatPrice, formatUtc, formatUtcClock } from '../format.ts';
import type { Alert, AlertChange, AlertTerm } from '../model.ts';
import { formatTermNumber, hasSides, heldWords, termSides } from './alert-words.ts';

interface AlertProofProps {
  readonly id: string;
  readonly alert: Alert;
  readonly tickSize: number | null;
  /** What the rule looks for, in words */
  readonly about: string;
}

/** Why an alert fired: the terms of its rule with the numbers of their sides, and what became of it. */
export function AlertProof({ id, alert, tickSize, about }: AlertProofProps) {
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
      <p className="proof-source">
        {about !== '' && about !== alert.title && `${about} `}
        Rule {alert.rule}, version {alert.ruleVersion}, severity {alert.severity}. {formatUtc(alert.triggeredAtMs)}
      </p>
    </section>
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

function Terms({ terms, retracted }: { readonly terms: readonly AlertTerm[]; readonly retracted: boolean }) {
  return (
    <table className="proof-table" data-testid="alert-terms">
      <caption>{retracted ? 'Its condition, by the numbers as they are now' : 'Its condition, term by term'}</caption>
      <thead>
        <tr>
          <th scope="col">term</th>
          <th scope="col" className="num">
            left
          </th>
          <th scope="col" className="num">
            right
          </th>
          <th scope="col">held</th>
        </tr>
      </thead>
      <tbody>
        {terms.map((term) => (
          <Term key={`${term.element ?? ''} ${term.term}`} term={term} />
        ))}
      </tbody>
    </table>
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
    <table className="proof-table" data-testid="alert-changes">
      <caption>What is different</caption>
      <thead>
        <tr>
          <th scope="col">number</th>
          <th scope="col" className="num">
            told
          </th>
          <th scope="col" className="num">
            now
          </th>
        </tr>
      </thead>
      <tbody>
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
      </tbody>
    </table>
  );
}
