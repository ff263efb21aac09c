/** `npm run generate`: writes everything that is generated and committed. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { generatedDocuments } from './generate-docs.ts';
import { generatedPath, generateEvents } from './generate-events.ts';

const root = join(import.meta.dirname, '..');
const files = [{ path: relative(root, generatedPath), generate: generateEvents }, ...generatedDocuments];
for (const { path, generate } of files) {
  const file = join(root, path);
  const text = generate();
  if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
  writeFileSync(file, text);
  process.stdout.write(`written: ${path}\n`);
}
