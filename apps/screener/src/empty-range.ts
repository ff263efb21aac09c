/** A range of time that nothing is in: names the end of it that was given. */
import { ScreenerError } from '@screener/errors';

export function emptyRange({ from, to }: { readonly from: string; readonly to: string | undefined }): ScreenerError {
  const facts =
    to === undefined
      ? { option: '--from', found: from, expected: 'a time that is past', example: '--from 2d' }
      : { option: '--to', found: to, expected: `a time after ${from}`, example: '--to 1h' };
  return new ScreenerError('OPTION_INVALID', facts);
}
