import { useMemo } from 'react';
import { formatUtcClock } from '../format.ts';
import type { NamedNumber } from '../model.ts';
import { useScreener } from '../store/screener-context.ts';
import { changeTone } from '../table/change-cell.tsx';
import { arrangeNumbers, type NumberCell, type NumberSection } from './arrange-numbers.ts';
import { formatNumber } from './format-number.ts';
import { useNumbers } from './use-numbers.ts';

const MINUTE_MS = 60_000;

/** Every number of an instrument, by the names that rules use. */
export function NumbersPanel({ instrument }: { readonly instrument: string }) {
  const tickSize = useScreener((state) => state.instruments.get(instrument)?.tickSize ?? null);
  const { table, numbers, text } = useNumbers(instrument);
  const sections = useMemo(() => arrangeNumbers(table, numbers?.numbers ?? []), [table, numbers]);
  if (numbers === null) {
    return (
      <div className="chart-body">
        <p className="chart-message" role="status">
          {text}
        </p>
      </div>
    );
  }
  return (
    <section className="numbers" aria-label="Numbers" data-testid="numbers">
      {numbers.standing !== null && <Standing {...numbers.standing} />}
      {sections.map((section) => (
        <Section key={section.source} section={section} tickSize={tickSize} />
      ))}
    </section>
  );
}

function Section({ section, tickSize }: { readonly section: NumberSection; readonly tickSize: number | null }) {
  return (
    <table className="numbers-table num">
      <caption>{section.title}</caption>
      <thead>
        <tr>
          <th scope="col">name</th>
          {section.columns.map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {section.rows.map(({ stem, cells }) => (
          <tr key={stem}>
            <th scope="row">{stem}</th>
            {cells.map((cell, index) => (
              <Value key={section.columns[index]} cell={cell} tickSize={tickSize} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Value({ cell, tickSize }: { readonly cell: NumberCell | null; readonly tickSize: number | null }) {
  if (cell === null) return <td />;
  const { name, about, unit, value } = cell;
  const isChange = unit === 'percent' && name.startsWith('change');
  return (
    <td
      className={isChange ? changeTone(value ?? null) : undefined}
      title={`${name}: ${about}${value === undefined ? '. Not known yet' : ''}`}
      data-number={name}
    >
      {formatNumber(value, unit, tickSize)}
    </td>
  );
}

const standingUnit = (name: string) => (name.startsWith('relative_strength') ? 'percent' : 'number');

function Standing({ openTimeMs, numbers }: { readonly openTimeMs: number; readonly numbers: readonly NamedNumber[] }) {
  return (
    <dl className="standing num" title={`As of the minute closed at ${formatUtcClock(openTimeMs + MINUTE_MS)} UTC`}>
      {numbers.map(({ name, value }) => (
        <div key={name} data-number={`rank.${name}`}>
          <dt>{name}</dt>
          <dd>{/^(change|volume)/.test(name) ? `#${value}` : formatNumber(value, standingUnit(name), null)}</dd>
        </div>
      ))}
    </dl>
  );
}
