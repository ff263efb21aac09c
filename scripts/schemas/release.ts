/** `node scripts/schemas/release.ts`: the step of a release that freezes the schemas. Commit what it writes with the tag. */
import { schemasFolder, writeEvents } from '../generate-events.ts';
import { releaseSchemas } from './release-schemas.ts';

const { problems, released } = releaseSchemas(schemasFolder);
for (const problem of problems) process.stderr.write(`${problem}\n`);
for (const { schema, version, id } of released)
  process.stdout.write(`released: ${schema} version ${version}, id ${id}\n`);
if (problems.length === 0 && released.length === 0) process.stdout.write('nothing changed since the last release\n');
if (problems.length > 0) process.exitCode = 1;
else writeEvents();
