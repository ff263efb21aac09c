import { expect, test } from 'vitest';
import { arrowViolations } from './arrows.ts';
import { importsOf, packageOf } from './imports.ts';

const check = (path: string, text: string) => arrowViolations({ path, text });

test.each([
  ['libs/market/src/window.ts', "import { readFileSync } from 'node:fs';"],
  ['libs/market/src/window.ts', "import { parse } from '@screener/rules';"],
  ['libs/rules/src/preset.ts', "import type { Log } from '@screener/log';"],
  ['libs/errors/src/index.ts', "import { z } from '@screener/events';"],
  ['libs/storage/src/index.ts', "import { Settings } from '@screener/service';"],
  ['libs/log/src/index.ts', "export * from '@screener/service';"],
  ['libs/log/src/index.ts', "export * from '@screener/sink';"],
  ['libs/log/src/log.test.ts', "import { sink } from '@screener/sink';"],
  ['apps/sink/src/index.ts', "import { collector } from '@screener/collector';"],
  ['apps/sink/src/index.ts', "import { port } from '@screener/log/src/port.ts';"],
  ['apps/sink/src/index.ts', "import { port } from '../../../libs/log/src/index.ts';"],
  ['apps/sink/src/index.ts', "const app = await import('../../gateway/src/index.ts');"],
  ['libs/log/src/embedded/engine.ts', "import {\n  cluster,\n} from '../kafka/cluster.ts';"],
  ['libs/log/src/kafka/engine.ts', "import '../embedded/store.ts';"],
  ['scripts/test.ts', "import { store } from '../libs/log/src/embedded/store.ts';"],
])('refuses in %s: %s', (path, text) => {
  expect(check(path, text)).toHaveLength(1);
});

test.each([
  ['libs/rules/src/preset.ts', "import { changeOf } from '@screener/market';"],
  ['apps/collector/src/collector.test.ts', "import { startSimulator } from '@screener/simulator';"],
  ['libs/market/src/window.test.ts', "import { readFileSync } from 'node:fs';"],
  ['libs/log/src/open-log.ts', "import { a } from './embedded/engine.ts';\nimport { b } from './kafka/engine.ts';"],
  ['apps/screener/src/main.ts', "import { sink } from '@screener/sink';"],
  ['apps/screener/src/main.ts', "import { buildPage } from '../../../scripts/build-page.ts';"],
  ['scripts/start-kafka.ts', "import { chooseSource } from '../apps/screener/src/start/choose-source.ts';"],
  ['tests/flow.e2e.test.ts', "import { sink } from '@screener/sink';"],
])('allows in %s: %s', (path, text) => {
  expect(check(path, text)).toEqual([]);
});

test('sees every way to import, and no import in a comment', () => {
  const text = [
    "import a from 'a';",
    "import type { B } from 'b';",
    "import {\n  c,\n  d,\n} from 'c';",
    "export * from 'd';",
    "import 'e';",
    "const f = await import('f');",
    "const g = import.meta.resolve('g');",
    "// import h from 'h';",
    " * import i from 'i';",
  ].join('\n');
  expect([...importsOf(text)].sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
});

test('tells packages from files and from what Node has', () => {
  expect(['@a/b/c', 'd/e', 'node:fs', './f.ts'].map(packageOf)).toEqual(['@a/b', 'd', undefined, undefined]);
});
