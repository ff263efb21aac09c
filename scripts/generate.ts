/** `npm run generate`: writes everything that is generated and committed. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addMissingIds, writeEvents } from './generate-events.ts';

// Before the documents: they are made by code that needs the events.
if (addMissingIds()) process.stdout.write('written: schemas/ids.json\n');
for (const name of writeEvents()) process.stdout.write(`written: libs/events/src/generated/${name}\n`);
const { generatedDocuments } = await import('./generate-docs.ts');

const root = join(import.meta.dirname, '..');
for (const { path, generate } of generatedDocuments) {
  const file = join(root, path);
  const text = generate();
  if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
  writeFileSync(file, text);
  process.stdout.write(`written: ${path}\n`);
}
