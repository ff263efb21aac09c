/** What a file imports. Biome's formatting puts each import at the beginning of a line, so no parser is needed. */
const patterns = [
  /^(?:import|export)\b[^'"`;()]*?\bfrom\s*['"]([^'"]+)['"]/gm,
  /^import\s*['"]([^'"]+)['"]/gm,
  /\bimport\(\s*['"]([^'"]+)['"]/g,
  /\b(?:import\.meta\.resolve|require\.resolve|require)\(\s*['"]([^'"]+)['"]/g,
];

export const importsOf = (text: string): readonly string[] =>
  patterns.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] ?? ''));

/** The package of a bare import: `@scope/name/deep` is `@scope/name`; undefined for files and for Node's own modules. */
export function packageOf(specifier: string): string | undefined {
  if (/^(\.|\/|node:|virtual:|https?:)/.test(specifier)) return undefined;
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0];
}
