#!/usr/bin/env node
/** `npx screener`: the command line, through the same entry as `npm start`. */
import { run } from './run.mjs';

process.exitCode = await run('screener', process.argv.slice(2));
