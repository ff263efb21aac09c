import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { describeLogContract } from '../contract/contract.ts';
import { openEmbeddedLog } from './embedded-engine.ts';

const directory = mkdtempSync(join(tmpdir(), 'screener-contract-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describeLogContract('the embedded log', () => openEmbeddedLog({ directory, mode: 'write' }));
