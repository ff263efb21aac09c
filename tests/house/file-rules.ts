/** Rules for single files: size, names, escapes from the type checker. */
import type { SourceFile } from './source-files.ts';

const linesMax = 400;

export function sizeViolations(file: SourceFile): readonly string[] {
  const lines = file.text.split('\n').length - (file.text.endsWith('\n') ? 1 : 0);
  return lines > linesMax ? [`${file.path} has ${lines} lines, at most ${linesMax} are allowed`] : [];
}

const vagueNames = /(^|\/)(utils?|helpers?|common|handy|misc)(\.|\/)/;
const kebabCase = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)*$/;

export function nameViolations({ path }: SourceFile): readonly string[] {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return [
    ...(vagueNames.test(path) ? [`${path}: a name that says nothing; name it after what it does`] : []),
    ...(kebabCase.test(name) ? [] : [`${path}: expected a kebab-case name`]),
  ];
}

const escapes: readonly (readonly [RegExp, string])[] = [
  [/(:|\bas|[<|&,]|=>?)\s*any\b(?!\s*[:(.])/, 'uses the type any'],
  [/@ts-(ignore|nocheck|expect-error)/, 'silences the type checker'],
  [/biome-ignore\b.*noExplicitAny/, 'allows itself the type any'],
];

export function typeViolations(file: SourceFile): readonly string[] {
  // This checker and its tests spell out what is forbidden.
  if (!/\.tsx?$/.test(file.path) || file.path.startsWith('tests/house/')) return [];
  return file.text.split('\n').flatMap((line, index) => {
    const code = /@ts-|biome-ignore/.test(line) ? line : withoutTexts(line);
    return escapes.filter(([pattern]) => pattern.test(code)).map(([, what]) => `${file.path}:${index + 1} ${what}`);
  });
}

const withoutTexts = (line: string): string =>
  line
    .replace(/^\s*(\/\/|\/?\*).*$/, '')
    .replace(/'(\\.|[^'\\])*'|"(\\.|[^"\\])*"|`(\\.|[^`\\])*`/g, "''")
    .replace(/\s\/\/ .*$/, '');
