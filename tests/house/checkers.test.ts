/** Each checker must be able to fail: here it sees what it has to refuse. */
import { expect, test } from 'vitest';
import { nameViolations, sizeViolations, typeViolations } from './file-rules.ts';
import { declarationViolations, lockfileViolations, versionViolations } from './packages.ts';
import { purityViolations } from './purity.ts';

const file = (path: string, text: string) => ({ path, text });

test.each([
  'const now = Date.now();',
  'const now = new Date();',
  'const at = performance.now();',
  'const dice = Math.random();',
  'const id = crypto.randomUUID();',
  'setTimeout(run, 5);',
  'const home = process.env.HOME;',
  "const page = await fetch('/x');",
])('a pure library may not: %s', (line) => {
  expect(purityViolations(file('libs/market/src/window.ts', `const a = 1;\n${line}`))).toHaveLength(1);
  expect(purityViolations(file('libs/rules/src/cel.ts', line))).toHaveLength(1);
});

test('purity binds the pure libraries only, and neither their tests nor their comments', () => {
  expect(purityViolations(file('libs/service/src/clock.ts', 'Date.now()'))).toEqual([]);
  expect(purityViolations(file('libs/market/src/window.test.ts', 'Date.now()'))).toEqual([]);
  expect(purityViolations(file('libs/market/src/window.ts', '// never Date.now()\n * nor Math.random'))).toEqual([]);
  expect(purityViolations(file('libs/market/src/window.ts', 'const day = new Date(time);'))).toEqual([]);
});

test('a file of 401 lines is too long, one of 400 is not', () => {
  expect(sizeViolations(file('a.ts', 'x\n'.repeat(400)))).toEqual([]);
  expect(sizeViolations(file('a.ts', 'x\n'.repeat(401)))).toHaveLength(1);
  expect(sizeViolations(file('a.ts', `${'x\n'.repeat(400)}x`))).toHaveLength(1);
});

test('names that say nothing or are not kebab-case', () => {
  const refused = ['libs/log/src/utils.ts', 'libs/common/index.ts', 'apps/web/src/App.tsx', 'libs/log/src/my_file.ts'];
  expect(refused.filter((path) => nameViolations(file(path, '')).length === 0)).toEqual([]);
  const fine = [
    'libs/log/src/port.ts',
    'apps/web/src/live-table.test.tsx',
    'vitest.config.ts',
    'libs/log/src/a.kafka.test.ts',
  ];
  expect(fine.flatMap((path) => nameViolations(file(path, '')))).toEqual([]);
});

test.each([
  'const a: any = 1;',
  'const a = b as any;',
  'type A = Record<string, any>;',
  'type A = string | any;',
  'function f(x: any[]) {}',
  'const a: Promise<any> = b;',
  '// @ts-expect-error later',
  '// biome-ignore lint/suspicious/noExplicitAny: later',
])('escapes the type checker: %s', (line) => {
  expect(typeViolations(file('libs/log/src/a.ts', line))).toHaveLength(1);
});

test.each([
  "const a = 'as any';",
  '// is there any?',
  'const any = 1; use(any);',
  'for any reason',
  'type A = Company;',
])('does not: %s', (line) => {
  expect(typeViolations(file('libs/log/src/a.ts', line))).toEqual([]);
});

test('dependencies are declared and used, both ways', () => {
  const check = (text: string, dependencies: Record<string, string>, path = 'libs/a/src/a.ts', peers: string[] = []) =>
    declarationViolations(
      { folder: 'libs/a', manifest: { name: '@screener/a', dependencies }, files: [file(path, text)], peers },
      { name: 'root', devDependencies: { vitest: '1.0.0' } },
    );
  expect(check("import ws from 'ws';", { ws: '1.0.0' })).toEqual([]);
  expect(check("import ws from 'ws';", {})).toHaveLength(1);
  expect(check('export {};', { ws: '1.0.0' })).toHaveLength(1);
  expect(check('export {};', { ws: '1.0.0' }, 'libs/a/src/a.ts', ['ws'])).toEqual([]);
  expect(check("import { test } from 'vitest';", {}, 'libs/a/src/a.test.ts')).toEqual([]);
  expect(check("import { test } from 'vitest';", {})).toHaveLength(1);
});

test('versions are exact', () => {
  const check = (version: string) => versionViolations('a', { name: 'a', dependencies: { b: version } });
  expect(['^1.0.0', '~1.0.0', '*', 'latest', '1.x'].filter((version) => check(version).length === 0)).toEqual([]);
  expect(['1.0.0', '18.4.0-beta.17'].flatMap(check)).toEqual([]);
});

test('a lockfile that names a host', () => {
  expect(lockfileViolations('"resolved": "https://registry.example/a.tgz"')).toHaveLength(1);
  expect(lockfileViolations('"resolved": "apps/alerter"\n"url": "https://example.org/funding"')).toEqual([]);
});
