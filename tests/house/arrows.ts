/** Which part may import which: design, 'Layout'. One row per library; apps may import every library and no app. */
import { posix } from 'node:path';
import { importsOf, packageOf } from './imports.ts';
import { isTest, type SourceFile } from './source-files.ts';

const allowed: Readonly<Record<string, readonly string[]>> = {
  'libs/errors': [],
  'libs/events': ['errors'],
  'libs/market': ['errors'],
  'libs/rules': ['errors', 'market'],
  'libs/log': ['errors', 'events'],
  'libs/service': ['errors', 'events', 'log'],
  'libs/storage': ['errors'],
  'libs/exchanges': ['errors', 'market'],
};

const libraries = Object.keys(allowed).map((path) => path.slice('libs/'.length));
/** The command line composes all apps. */
const composer = 'apps/screener';
const pure = ['libs/market', 'libs/rules'];
/** Computes and nothing else, as long as it gives no random numbers; purity.ts sees to that. */
const pureModules = ['node:crypto'];
const engines = ['libs/log/src/embedded', 'libs/log/src/kafka'];
/** Files outside of a package that its files may reach. */
const sharedFiles: Readonly<Record<string, readonly string[]>> = { [composer]: ['scripts/build-page.ts'] };

export function arrowViolations(file: SourceFile): readonly string[] {
  const owner = ownerOf(file.path);
  return importsOf(file.text)
    .map((specifier) => reasonAgainst(file, owner, specifier))
    .filter((reason) => reason !== undefined)
    .map((reason) => `${file.path}: ${reason}`);
}

/** `libs/log` or `apps/sink`; undefined for scripts, tests and benchmarks, which compose whatever they need. */
const ownerOf = (path: string): string | undefined => /^(libs|apps)\/[^/]+/.exec(path)?.[0];

function reasonAgainst(file: SourceFile, owner: string | undefined, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return againstFile(file.path, owner, posix.join(posix.dirname(file.path), specifier));
  if (owner === undefined) return undefined;
  const doesIo = specifier.startsWith('node:') && !pureModules.includes(specifier);
  if (pure.includes(owner) && doesIo && !isTest(file.path)) {
    return `imports ${specifier}, but ${owner} is pure`;
  }
  const name = packageOf(specifier);
  if (!name?.startsWith('@screener/')) return undefined;
  if (name !== specifier) return `imports ${specifier}, but only ${name} is public`;
  const target = name.slice('@screener/'.length);
  if (libraries.includes(target)) {
    const mayImport = allowed[owner] ?? (owner.startsWith('apps/') ? libraries : []);
    return mayImport.includes(target) ? undefined : `${owner} may not import libs/${target}`;
  }
  // Tests may compose apps: a collector is best tested against the simulated exchange.
  return owner === composer || (owner.startsWith('apps/') && isTest(file.path))
    ? undefined
    : `${owner} may not import the app ${target}`;
}

function againstFile(path: string, owner: string | undefined, target: string): string | undefined {
  const engine = engines.find((folder) => path.startsWith(`${folder}/`));
  const otherEngine = engines.find((folder) => folder !== engine && target.startsWith(`${folder}/`));
  if (engine !== undefined && otherEngine !== undefined) return `${engine} may not import ${otherEngine}`;
  const targetOwner = ownerOf(target);
  if (targetOwner === owner)
    return owner === undefined || !target.startsWith('..') ? undefined : 'leaves the repository';
  if (owner === undefined) {
    return targetOwner === composer || targetOwner === undefined || target.includes('/src/index.ts')
      ? undefined
      : `reaches into ${targetOwner} (${target}) instead of importing its package`;
  }
  return sharedFiles[owner]?.includes(target) ? undefined : `reaches out of ${owner} to ${target}`;
}
