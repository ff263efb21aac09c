/** The command line as a clone runs it: what `start` needs beyond the apps is built when its sources changed. */
import { runAsProgram } from '../apps/screener/src/program.ts';
import { runCommand } from '../apps/screener/src/run-command.ts';
import { buildPage } from './build-page.ts';

await runAsProgram((io) => runCommand(process.argv.slice(2), { ...io, buildPage: (notify) => buildPage({ notify }) }));
