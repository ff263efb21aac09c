/** Pieces of the generated pages. */
export const source = (text: string): string => `<!-- Generated from ${text} by \`npm run generate\`. Do not edit. -->`;

/** A bar or a line break would end the cell. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const row = (...cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(...head), row(...head.map(() => '---')), ...rows.map((cells) => row(...cells))].join('\n');
export const code = (text: string): string => (text === '' ? '' : `\`${text}\``);
