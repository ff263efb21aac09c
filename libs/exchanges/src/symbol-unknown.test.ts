/** What an exchange says of a symbol that it does not know is an answer; whatever else refuses is not. */
import { afterEach, describe, expect, it } from 'vitest';
import type { ExchangeMarket } from './exchanges.ts';
import { againstServer, cleanUpServers } from './testing/exchange-server.ts';

afterEach(cleanUpServers);

const range = { symbol: 'NO/SUCH', from: 0, to: 0, priority: 'repair' } as const;

/** The error of a request for candles that is answered so. */
async function refusalOf(name: ExchangeMarket, status: number, body: string): Promise<unknown> {
  const { make } = await againstServer(() => ({ status, body }));
  const answered = make(name).klines(range)[Symbol.asyncIterator]().next();
  return answered.then(
    () => undefined,
    (cause: unknown) => cause,
  );
}

describe('a symbol that an exchange does not know', () => {
  it.each([
    ['binance:usdm', 400, '{"code":-1121,"msg":"Invalid symbol."}'],
    ['binance:spot', 400, '{"code":-1121,"msg":"Invalid symbol."}'],
    ['bybit:linear', 200, '{"retCode":10001,"retMsg":"Not supported symbols","result":{},"time":1}'],
    ['okx:swap', 200, '{"code":"51001","msg":"Instrument ID does not exist","data":[]}'],
    ['okx:spot', 400, '{"code":"51001","msg":"Instrument ID does not exist","data":[]}'],
    ['deribit:futures', 400, '{"jsonrpc":"2.0","error":{"message":"instrument_not_found","code":13020}}'],
    ['kraken:spot', 200, '{"error":["EQuery:Unknown asset pair"]}'],
    ['kraken:spot', 200, '{"error":["EQuery:Invalid asset pair"]}'],
    ['kraken:spot', 200, '{"error":["EQuery:Unknown asset pair","WGeneral:Deprecated"],"result":{}}'],
    // However long the answer is, and wherever it stands in it.
    ['binance:usdm', 400, `{"msg":"${'Invalid symbol. '.repeat(20)}","code":-1121}`],
  ] as const)('%s, status %d', async (name, status, body) => {
    const refusal = await refusalOf(name, status, body);
    expect(refusal).toMatchObject({ code: 'EXCHANGE_SYMBOL_UNKNOWN' });
    expect(String(refusal)).toContain('does not know NO/SUCH');
  });

  it.each([
    ['binance:usdm', 401, '{"code":-1121}'],
    ['binance:usdm', 404, '<html>not found</html>'],
    ['binance:usdm', 451, 'restricted location'],
    ['binance:usdm', 302, ''],
    ['binance:usdm', 400, '<html>bad request</html>'],
    ['binance:usdm', 400, '{"code":-1102,"msg":"Mandatory parameter was not sent: -1121"}'],
    ['okx:swap', 200, '{"code":"51000","msg":"Parameter bar error","data":[]}'],
    ['kraken:spot', 200, '{"error":["EGeneral:Invalid arguments"]}'],
  ] as const)('is nothing else: %s, status %d, %s', async (name, status, body) => {
    expect(await refusalOf(name, status, body)).toMatchObject({ code: 'EXCHANGE_REFUSED' });
  });
});
