/** No clock, no randomness, no I/O in the pure libraries: the same input gives the same output, for ever. */
import { isTest, type SourceFile } from './source-files.ts';

const impure: readonly (readonly [RegExp, string])[] = [
  [/\bDate\.now\b/, 'reads the clock (Date.now)'],
  [/\bnew Date\(\s*\)/, 'reads the clock (new Date())'],
  [/(?<!new )\bDate\(\s*\)/, 'reads the clock (Date())'],
  [/\bperformance\.(now|timeOrigin)\b/, 'reads the clock (performance)'],
  [/\bhrtime\b/, 'reads the clock (hrtime)'],
  [/\bTemporal\.Now\b/, 'reads the clock (Temporal.Now)'],
  [/\bMath\.random\b/, 'is random (Math.random)'],
  [/\b(randomUUID|getRandomValues|randomBytes)\b/, 'is random (crypto)'],
  [/\b(setTimeout|setInterval|setImmediate)\b/, 'waits for time to pass'],
  [/\bprocess\.(env|stdout|stderr|argv)\b/, 'looks at its process'],
  [/\bfetch\(/, 'uses the network'],
  [/\bconsole\./, 'prints'],
];

export function purityViolations(file: SourceFile): readonly string[] {
  if (!/^libs\/(market|rules)\/src\//.test(file.path) || isTest(file.path)) return [];
  return file.text.split('\n').flatMap((line, index) => {
    const code = line.replace(/^\s*(\/\/|\/?\*).*$|\s\/\/ .*$/, '');
    return impure
      .filter(([pattern]) => pattern.test(code))
      .map(([, what]) => `${file.path}:${index + 1} ${what}; it has to be passed in`);
  });
}
