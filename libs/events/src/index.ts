export * from './bind-schemas.ts';
export * from './codec.ts';
export * from './generated/events.ts';
export { boundSource, fileSource, type SchemaIdSource, type SchemaVersion, useSchemaIds } from './known-schemas.ts';
export { readAs } from './older-reader.ts';
export * from './undecodable-event.ts';
