/** Where things live and what they cost, by date: a new version of an API is a new row, the last one holds. */
export type Dated<T> = T & { readonly since: string };

export interface DatedRoute {
  readonly since: string;
  readonly path: string;
}

/** The row in force. */
export function current<T>(rows: readonly [Dated<T>, ...Dated<T>[]]): Dated<T> {
  return rows.at(-1) ?? rows[0];
}

export const currentPath = (routes: readonly DatedRoute[]): string => routes.at(-1)?.path ?? '';
