import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder that holds the whole product. */
export const productRoot = join(import.meta.dirname, '../../..');

export const version = String(
  (JSON.parse(readFileSync(join(productRoot, 'package.json'), 'utf8')) as { version: string }).version,
);
