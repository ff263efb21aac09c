import { describe, expect, it } from 'vitest';
import { about, readArguments } from './read-arguments.ts';

describe("the simulator's command line", () => {
  it('has a default for everything, and says them', () => {
    expect(readArguments([])).toEqual({
      ...{ port: 8_090, host: '127.0.0.1', seed: 1, instruments: 50, speed: 1, dialect: 'usdm', replays: [] },
      ...{ faultsFile: undefined, faultSeed: undefined },
    });
    expect(readArguments(['--port', '0', '--help'])).toBe('help');
    expect(about).toContain('up to 2000 (50)');
  });

  it('takes real candles of several symbols', () => {
    const given = readArguments(['--replay', 'a=b.csv=AUSDT', '--replay', 'c.csv.gz=币USDT', '--dialect', 'okx-spot']);
    const replays = [
      { file: 'a=b.csv', symbol: 'AUSDT' },
      { file: 'c.csv.gz', symbol: '币USDT' },
    ];
    expect(given).toMatchObject({ replays, dialect: 'okx-spot' });
  });

  it.each([
    ['--instruments -3', "--instruments is '-3': expected a whole number from 1 to 2000"],
    ['--instruments 0', "--instruments is '0': expected a whole number from 1 to 2000"],
    ['--speed 0', "--speed is '0': expected a whole number from 1 to 100000"],
    ['--speed 1e400', "--speed is '1e400': expected a whole number from 1 to 100000"],
    ['--seed=-1', "--seed is '-1': expected a whole number from 0 to 2147483647"],
    ['--port', "--port is '': expected a whole number from 0 to 65535, for example --port 8090"],
    ['--port 70000', "--port is '70000'"],
    ['--fault-seed x', "--fault-seed is 'x'"],
    ['--dialect nasdaq', "--dialect is 'nasdaq': expected one of usdm, spot"],
    ['--dialect', "--dialect is ''"],
    ['--replay candles.csv', "--replay is 'candles.csv': expected a file and a symbol"],
  ])('refuses %s in one line', (line, expected) => {
    const error = refusalOf(line.split(' '));
    expect(error).toMatchObject({ code: 'OPTION_INVALID', exitCode: 2 });
    expect(error.message).toContain(expected);
    expect(error.message).not.toContain('\n');
  });

  it.each(['--instrument 5', 'extra', '--x'])('does not know %s', (line) => {
    const error = refusalOf(line.split(' '));
    expect(error).toMatchObject({ code: 'OPTION_UNKNOWN', exitCode: 2 });
    expect(error.message).toContain(`'${line.split(' ')[0]}'`);
  });
});

function refusalOf(args: readonly string[]): Error {
  try {
    readArguments(args);
  } catch (thrown) {
    if (thrown instanceof Error) return thrown;
  }
  return expect.fail('it was taken');
}
