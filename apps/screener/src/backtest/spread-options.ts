/** `--rule a b` as `--rule a --rule b`: what a shell makes of `--candles *.csv`. */
export function spreadOptions(args: readonly string[], spread: readonly string[]): readonly string[] {
  const spelled: string[] = [];
  let option: string | undefined;
  for (const [index, text] of args.entries()) {
    if (text.startsWith('--')) option = spread.includes(text) ? text : undefined;
    else if (option !== undefined && args[index - 1] !== option) spelled.push(option);
    spelled.push(text);
  }
  return spelled;
}
