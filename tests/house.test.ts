/** The rules of the house that a machine can check. Each checker is itself checked in tests/house/. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { generatedDocuments } from '../scripts/generate-docs.ts';
import { generatedFolder, generateEvents } from '../scripts/generate-events.ts';
import { arrowViolations } from './house/arrows.ts';
import { nameViolations, sizeViolations, typeViolations } from './house/file-rules.ts';
import { declarationViolations, lockfileViolations, type Manifest, versionViolations } from './house/packages.ts';
import { purityViolations } from './house/purity.ts';
import { root, sourceFiles } from './house/source-files.ts';

const code = sourceFiles('{libs,apps,scripts,tests,bench,chaos}/**/*.{ts,tsx,mjs}');
const styles = sourceFiles('apps/**/*.css');
const folders = sourceFiles('{libs,apps}/*/package.json').map(({ path }) => path.replace('/package.json', ''));
const manifestOf = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest;

test('the checks see the repository', () => {
  expect(code.length).toBeGreaterThan(50);
  expect(folders).toContain('libs/log');
});

test('imports follow the arrows', () => {
  expect(code.flatMap(arrowViolations)).toEqual([]);
});

test('the pure libraries have no clock, no randomness, no I/O', () => {
  expect(code.flatMap(purityViolations)).toEqual([]);
});

test('no file has more than 400 lines', () => {
  expect([...code, ...styles, ...sourceFiles('.ci/run')].flatMap(sizeViolations)).toEqual([]);
});

test('names are kebab-case and say something', () => {
  expect([...code, ...styles].flatMap(nameViolations)).toEqual([]);
});

test('nothing escapes the type checker', () => {
  expect(code.flatMap(typeViolations)).toEqual([]);
});

describe('packages', () => {
  test.each(folders)('%s declares what it imports and imports what it declares', (folder) => {
    const files = sourceFiles(`${folder}/{src,test,tests}/**/*.{ts,tsx,mjs}`);
    const configuration = sourceFiles(`${folder}/*.config.ts`);
    const manifest = manifestOf(folder);
    const peers = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).flatMap((name) =>
      Object.keys(manifestOf(`node_modules/${name}`).peerDependencies ?? {}),
    );
    const each = { folder, manifest, files: [...files, ...configuration], peers };
    expect(declarationViolations(each, manifestOf('.'))).toEqual([]);
  });

  test('scripts, tests and benchmarks use what the root declares', () => {
    const workspaces = Object.fromEntries(folders.map((folder) => [manifestOf(folder).name, '']));
    const { name, devDependencies } = manifestOf('.');
    // The samples in tests/house/ import what does not exist.
    const files = code.filter(({ path }) => !/^(libs|apps|tests\/house)\//.test(path));
    const manifest = { name, dependencies: { ...workspaces, ...devDependencies } };
    const each = { folder: '.', manifest, files: [...files, ...sourceFiles('*.config.ts')] };
    const violations = declarationViolations(each, manifest);
    expect(violations.filter((text) => !text.includes(' declares '))).toEqual([]);
  });

  test('versions are exact', () => {
    expect(['.', ...folders].flatMap((folder) => versionViolations(folder, manifestOf(folder)))).toEqual([]);
  });

  test('the lockfile names no host', () => {
    expect(lockfileViolations(readFileSync(join(root, 'package-lock.json'), 'utf8'))).toEqual([]);
  });

  test('every dependency has its line in docs/decisions/dependencies.md', () => {
    const page = readFileSync(join(root, 'docs/decisions/dependencies.md'), 'utf8');
    const names = ['.', ...folders].flatMap((folder) => {
      const { dependencies, devDependencies, optionalDependencies } = manifestOf(folder);
      return Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });
    });
    const missing = [...new Set(names)].filter(
      (name) => !name.startsWith('@screener/') && !page.includes(`\`${name}\``),
    );
    expect(missing).toEqual([]);
  });
});

describe('what is generated is up to date (npm run generate)', () => {
  test('events: every file, and no other', () => {
    const present = readdirSync(generatedFolder);
    const texts = present.map((name) => [name, readFileSync(join(generatedFolder, name), 'utf8')] as const);
    expect(new Map(texts)).toEqual(new Map([...generateEvents()].sort()));
  });

  test.each(generatedDocuments)('$path', ({ path, generate }) => {
    expect(readFileSync(join(root, path), 'utf8')).toBe(generate());
  });
});
