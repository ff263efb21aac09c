import { describe } from 'vitest';
import { describePipeline } from './pipeline-scenario.ts';

const chromium = process.env.CHROMIUM_PATH;

describe.skipIf(chromium === undefined)('one candle travels the whole way, embedded', () =>
  describePipeline('embedded', chromium ?? ''),
);
