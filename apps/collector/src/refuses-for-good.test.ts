import { type ErrorCode, ScreenerError } from '@screener/errors';
import { describe, expect, it } from 'vitest';
import { refusesForGood } from './refuses-for-good.ts';

const refusal = (status: number, reason: string, code: ErrorCode = 'EXCHANGE_REFUSED'): ScreenerError =>
  new ScreenerError(code, { exchange: 'X', address: 'y', request: 'z', status, reason });

describe('what an exchange refuses for good', () => {
  it.each([
    ['Binance', 400, '{"code":-1121,"msg":"Invalid symbol."}'],
    ['Bybit', 200, '10001 Not supported symbols'],
    ['OKX', 200, "51001 Instrument ID doesn't exist"],
    ['OKX, by its status', 400, '{"code":"51001","msg":"","data":[]}'],
    ['Deribit', 400, '{"jsonrpc":"2.0","error":{"message":"instrument_not_found","code":13020}}'],
  ])('is a symbol that it does not know: %s', (_, status, reason) => {
    expect(refusesForGood(refusal(status, reason))).toBe(true);
  });

  it.each([
    [401, '{"code":-1121}'],
    [404, '<html>not found</html>'],
    [451, 'restricted location'],
    [302, ''],
    [400, '<html>bad request</html>'],
    [400, '{"code":-1102,"msg":"Mandatory parameter was not sent"}'],
  ])('is nothing else: status %d, %s', (status, reason) => {
    expect(refusesForGood(refusal(status, reason))).toBe(false);
  });

  it('is no failure of another kind', () => {
    expect(refusesForGood(refusal(400, '{"code":-1121}', 'EXCHANGE_UNREACHABLE'))).toBe(false);
    expect(refusesForGood(new Error('-1121'))).toBe(false);
  });
});
