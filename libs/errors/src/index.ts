export * from './error-table.ts';
export * from './screener-error.ts';
