import { type KeyboardEvent, useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { recall, remember } from '../store/preferences.ts';
import { useScreener } from '../store/screener-context.ts';
import type { Row } from '../store/screener-state.ts';
import { COLUMNS, type ColumnId, columnOf, DEFAULT_SORT, nextSort, type Sort } from './columns.ts';
import { MarketRow } from './market-row.tsx';
import { holdOrder, orderRows } from './order-rows.ts';
import { TableHead } from './table-head.tsx';
import { TableToolbar } from './table-toolbar.tsx';
import { usePointerHold } from './use-pointer-hold.ts';
import { ROW_HEIGHT, useRowWindow } from './use-row-window.ts';

interface MarketTableProps {
  readonly selected: string | null;
  readonly onSelect: (instrument: string) => void;
  /** What to say while there is no row yet */
  readonly waiting: string;
}

function recallSort(): Sort {
  const [id = '', direction] = (recall('sort') ?? '').split(' ');
  const column = columnOf(id);
  return column && (direction === 'ascending' || direction === 'descending')
    ? { column: column.id, direction }
    : DEFAULT_SORT;
}

/** Where a key leads from a row, or null when it is not a key of the table. */
function stepOf(key: string, index: number, count: number, page: number): number | null {
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: index + 1,
    ArrowUp: index - 1,
    PageDown: index + page,
    PageUp: index - page,
    Home: 0,
    End: count - 1,
  };
  const next = steps[key];
  return next === undefined ? null : Math.min(Math.max(next, 0), count - 1);
}

function breadth(rows: ReadonlyMap<string, Row>): { readonly rising: number; readonly falling: number } {
  let rising = 0;
  let falling = 0;
  for (const { change1h } of rows.values()) {
    if (change1h !== null && change1h > 0) rising++;
    if (change1h !== null && change1h < 0) falling++;
  }
  return { rising, falling };
}

export function MarketTable({ selected, onSelect, waiting }: MarketTableProps) {
  const rows = useScreener((state) => state.rows);
  const closes = useScreener((state) => state.closes);
  const [sort, setSort] = useState(recallSort);
  const [filter, setFilter] = useState('');
  const sought = useDeferredValue(filter);
  const scroller = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const focusWanted = useRef(false);
  const held = usePointerHold(body);
  const heldIds = useRef<readonly string[]>([]);
  const heldSort = useRef(sort);

  const ordered = useMemo(() => orderRows(rows.values(), closes, sort, sought), [rows, closes, sort, sought]);
  const shown = held && heldSort.current === sort ? holdOrder(ordered, heldIds.current) : ordered;
  const { start, end } = useRowWindow(scroller, shown.length);
  const selectedIndex = shown.findIndex((row) => row.instrument === selected);

  useEffect(() => {
    heldIds.current = shown.map((row) => row.instrument);
    heldSort.current = sort;
  });

  useEffect(() => {
    if (!focusWanted.current || selected === null) return;
    // A row far away is drawn only after the scrolling that goTo began; then this runs again.
    const button = body.current?.querySelector<HTMLElement>(`tr[data-instrument="${CSS.escape(selected)}"] button`);
    if (!button) return;
    focusWanted.current = false;
    button.focus({ preventScroll: true });
  });

  const goTo = useCallback(
    (index: number) => {
      const row = shown[index];
      const element = scroller.current;
      if (row === undefined || element === null) return;
      const top = index * ROW_HEIGHT;
      // The sticky header covers one row's height of what is scrolled to the top.
      const room = element.clientHeight - 2 * ROW_HEIGHT;
      if (top < element.scrollTop) element.scrollTop = top;
      else if (top > element.scrollTop + room) element.scrollTop = top - room;
      focusWanted.current = true;
      onSelect(row.instrument);
    },
    [shown, onSelect],
  );

  const onKeyDown = (event: KeyboardEvent) => {
    if (!(event.target instanceof Element) || event.target.closest('tbody') === null) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 2);
    const next = stepOf(event.key, selectedIndex, shown.length, page);
    if (next === null) return;
    event.preventDefault();
    goTo(next);
  };

  const onSort = useCallback((column: ColumnId) => {
    setSort((before) => {
      const next = nextSort(before, column);
      remember('sort', `${next.column} ${next.direction}`);
      return next;
    });
  }, []);

  const inSight = shown.slice(start, end);
  const reachableIndex = selectedIndex >= start && selectedIndex < end ? selectedIndex : start;
  return (
    <section className="pane market" aria-label="Markets">
      <TableToolbar
        filter={filter}
        onFilter={setFilter}
        onEnter={() => goTo(0)}
        shown={shown.length}
        total={rows.size}
        held={held}
        {...breadth(rows)}
      />
      <div className="table-scroller" ref={scroller}>
        <table className="table" data-testid="market-table" aria-rowcount={shown.length + 1} onKeyDown={onKeyDown}>
          <caption className="hidden">All instruments. Arrow keys move between rows, the slash key filters.</caption>
          <colgroup>
            {COLUMNS.map(({ id }) => (
              <col key={id} className={`col-${id}`} />
            ))}
          </colgroup>
          <TableHead sort={sort} onSort={onSort} />
          <tbody ref={body}>
            <Spacer rows={start} />
            {inSight.map((row, offset) => (
              <MarketRow
                key={row.instrument}
                row={row}
                closes={closes.get(row.instrument)}
                selected={row.instrument === selected}
                reachable={start + offset === reachableIndex}
                ariaIndex={start + offset + 2}
                onSelect={onSelect}
              />
            ))}
            <Spacer rows={shown.length - end} />
            {shown.length === 0 && (
              <tr className="row-empty">
                <td colSpan={COLUMNS.length}>{rows.size === 0 ? waiting : `No symbol matches “${filter}”.`}</td>
              </tr>
            )}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** Stands for rows that are not drawn. */
function Spacer({ rows }: { readonly rows: number }) {
  if (rows <= 0) return null;
  return (
    <tr>
      <td colSpan={COLUMNS.length} style={{ height: rows * ROW_HEIGHT, padding: 0, border: 0 }} />
    </tr>
  );
}
