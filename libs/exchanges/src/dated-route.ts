/** Where things live, by date: a new version of an API is a new row, the last one holds. */
export interface DatedRoute {
  readonly since: string;
  readonly path: string;
}

export const currentPath = (routes: readonly DatedRoute[]): string => routes.at(-1)?.path ?? '';
