/** `screener watchlists save|remove`. */
import { ScreenerError } from '@screener/errors';
import { encodeEvent } from '@screener/events';
import { assertWatchlist, watchlistKey } from '@screener/rules';
import { type Command, type CommandIo, parseArguments, writeLine } from '../command.ts';
import { readFileLines } from '../file-lines.ts';
import { listedSymbols } from '../instrument-filter.ts';
import { grouped } from '../text-table.ts';
import { COMMAND_LINE_OWNER, listedSpelling, ownerOption, rulesOfWatchlist, watchlistsTopic } from '../watchlists.ts';
import { demoOption, jsonOption, type OpenedLog, topicNamed, withLog } from '../with-log.ts';
import { oneWatchlistOptions, onWatchlist } from './watchlists.ts';

const saveOptions = {
  owner: ownerOption,
  symbols: {
    kind: 'text',
    value: 'SYMBOLS',
    about: 'the symbols (BTCUSDT,ETHUSDT) or instruments (binance:usdm:BTCUSDT) of the list, all of them',
    example: '--symbols BTCUSDT,ETHUSDT',
  },
  file: { kind: 'text', value: 'FILE', about: 'the same from a file, one a line', example: '--file majors.txt' },
  unlisted: { kind: 'flag', about: 'take symbols too that no exchange lists (yet)' },
  demo: demoOption,
  json: jsonOption,
} as const;

export const watchlistsSaveCommand: Command = {
  name: 'watchlists save',
  summary: 'save a watchlist under a name, in place of the one that has that name',
  positionals: ['<name>'],
  options: saveOptions,
  more: [
    'A rule whose universe names a watchlist of its owner is for the symbols of that list, as it is now.',
    '',
    'Examples:',
    '  screener watchlists save majors --symbols BTCUSDT,ETHUSDT,SOLUSDT',
    '  screener watchlists show majors > majors.txt; screener watchlists save majors --file majors.txt',
  ].join('\n'),
  async run(args, io) {
    const { options: given, positionals } = parseArguments(
      { name: this.name, options: saveOptions },
      args,
      this.positionals,
    );
    const asked = await symbolsOf(given.symbols, given.file, io);
    const draft = { owner: given.owner ?? COMMAND_LINE_OWNER, name: positionals[0] ?? '', symbols: asked };
    assertWatchlist(draft);
    return withLog(io, given.demo, 'change', async (opened) => {
      await topicNamed(opened, watchlistsTopic);
      const symbols = given.unlisted ? asked : await listedSpelling(opened.log, asked, opened.where);
      const list = { ...draft, symbols };
      await append(opened, watchlistKey(list), encodeEvent('WatchlistSaved', list));
      const text = `saved watchlist ${list.name} of ${list.owner}: ${grouped(symbols.length)} symbols`;
      await writeLine(io.stdout, given.json ? JSON.stringify(list) : text);
      return 0;
    });
  },
};

async function symbolsOf(
  symbols: string | undefined,
  file: string | undefined,
  io: CommandIo,
): Promise<readonly string[]> {
  if ((symbols === undefined) === (file === undefined)) {
    const found = symbols === undefined ? '' : `${symbols}' beside '--file ${file}`;
    const { example } = saveOptions.symbols;
    throw new ScreenerError('OPTION_INVALID', {
      option: '--symbols',
      found,
      expected: 'either this or --file',
      example,
    });
  }
  if (file === undefined) return listedSymbols(symbols, '--symbols') ?? [];
  const read: string[] = [];
  for await (const lines of readFileLines(file, 'a symbol on each line', io)) read.push(...lines);
  return [...new Set(read.map((line) => line.trim()).filter((line) => line !== ''))];
}

export const watchlistsRemoveCommand: Command = {
  name: 'watchlists remove',
  summary: 'remove a watchlist; rules that name it are for nothing then, and are told',
  positionals: ['<name>'],
  options: oneWatchlistOptions,
  run(args, io) {
    return onWatchlist(this, args, io, 'change', async ({ list }, opened, json) => {
      const rules = await rulesOfWatchlist(opened.log, list);
      await append(opened, watchlistKey(list), null);
      const { owner, name } = list;
      const left = rules.length === 0 ? '' : `; rules that name it and are for nothing now: ${rules.join(', ')}`;
      return [json ? JSON.stringify({ owner, name, rules }) : `removed watchlist ${name} of ${owner}${left}`];
    });
  },
};

async function append({ log }: OpenedLog, key: string, value: Uint8Array | null): Promise<void> {
  const writer = log.writer();
  try {
    await writer.append([{ topic: watchlistsTopic, key, timestamp: Date.now(), value }]);
  } finally {
    await writer.close();
  }
}
