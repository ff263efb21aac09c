export * from './codec.ts';
export * from './generated/events.ts';
