import { COLUMNS, type ColumnId, type Sort } from './columns.ts';

interface TableHeadProps {
  readonly sort: Sort;
  readonly onSort: (column: ColumnId) => void;
}

export function TableHead({ sort, onSort }: TableHeadProps) {
  return (
    <thead>
      <tr aria-rowindex={1}>
        {COLUMNS.map(({ id, title, about }) => (
          <th
            key={id}
            scope="col"
            className={id === 'symbol' ? 'name' : id === 'trend' ? 'trend' : 'num'}
            aria-sort={sort.column === id ? sort.direction : 'none'}
          >
            <button type="button" title={about} onClick={() => onSort(id)} data-testid={`sort-${id}`}>
              {title}
            </button>
          </th>
        ))}
      </tr>
    </thead>
  );
}
