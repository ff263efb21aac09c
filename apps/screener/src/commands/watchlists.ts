/** `screener watchlists list|show`: the lists of symbols that rules refer to by name. */
import { type Command, type CommandIo, parseArguments, writeLine } from '../command.ts';
import { grouped, isoTime, textTable, timeText } from '../text-table.ts';
import {
  COMMAND_LINE_OWNER,
  findWatchlist,
  type KeptWatchlist,
  ownerOption,
  readWatchlists,
  watchlistsTopic,
} from '../watchlists.ts';
import { demoOption, jsonOption, type OpenedLog, topicNamed, withLog } from '../with-log.ts';

const listOptions = {
  owner: { ...ownerOption, about: 'only the lists of this user' },
  demo: demoOption,
  json: jsonOption,
} as const;

/** So many of its symbols give an idea of a list. */
const SYMBOLS_SHOWN = 5;

export const watchlistsListCommand: Command = {
  name: 'watchlists list',
  summary: 'list the watchlists of all users: lists of symbols that rules refer to by name',
  options: listOptions,
  async run(args, io) {
    const { owner, demo, json } = parseArguments({ name: this.name, options: listOptions }, args).options;
    return withLog(io, demo, 'read', async (opened) => {
      await topicNamed(opened, watchlistsTopic);
      const kept = (await readWatchlists(opened.log)).filter(({ list }) => owner === undefined || list.owner === owner);
      for (const line of json ? kept.map(factsOf) : tableOf(kept)) await writeLine(io.stdout, line);
      return 0;
    });
  },
};

function tableOf(kept: readonly KeptWatchlist[]): readonly string[] {
  if (kept.length === 0) return ['no watchlists'];
  const rows = kept.map(({ list: { owner, name, symbols }, savedAt }) => {
    const more = symbols.length > SYMBOLS_SHOWN ? ' …' : '';
    const first = symbols.slice(0, SYMBOLS_SHOWN).join(' ') + more;
    return [owner, name, grouped(symbols.length), timeText(savedAt), first];
  });
  return textTable(
    [['owner', 'name', 'symbols', 'saved', 'first'], ...rows],
    ['left', 'left', 'right', 'left', 'left'],
  );
}

const factsOf = ({ list, savedAt }: KeptWatchlist): string => JSON.stringify({ ...list, savedAt: isoTime(savedAt) });

export const oneWatchlistOptions = { owner: ownerOption, demo: demoOption, json: jsonOption } as const;

/** A command about one list that exists: `<name>` and `--owner` say which. `work` returns the lines that are printed. */
export async function onWatchlist(
  { name, positionals }: Command,
  args: readonly string[],
  io: CommandIo,
  access: 'read' | 'change',
  work: (found: KeptWatchlist, opened: OpenedLog, json: boolean) => Promise<readonly string[]>,
): Promise<number> {
  const given = parseArguments({ name, options: oneWatchlistOptions }, args, positionals);
  const { owner = COMMAND_LINE_OWNER, demo, json } = given.options;
  return withLog(io, demo, access, async (opened) => {
    await topicNamed(opened, watchlistsTopic);
    const found = await findWatchlist(opened.log, owner, given.positionals[0] ?? '');
    for (const line of await work(found, opened, json)) await writeLine(io.stdout, line);
    return 0;
  });
}

export const watchlistsShowCommand: Command = {
  name: 'watchlists show',
  summary: 'print the symbols of a watchlist, one a line: what `watchlists save --file` takes',
  positionals: ['<name>'],
  options: oneWatchlistOptions,
  run(args, io) {
    return onWatchlist(this, args, io, 'read', async (found, _, json) =>
      json ? [factsOf(found)] : found.list.symbols,
    );
  },
};
