import { decodeAs, encodeEvent } from '@screener/events';
import { serveSide } from '../../framework/serve-side.ts';
import type { CodecRun } from '../codec.ts';
import { measureCodec } from '../codec-loop.ts';

/** Magic byte and schema id. */
const headerBytes = 5;

serveSide({
  run: (run: CodecRun) =>
    measureCodec(
      {
        encode: (event) => encodeEvent('MetricsClosed', event),
        decode: (bytes) => decodeAs('MetricsClosed', bytes),
        body: (bytes) => bytes.subarray(headerBytes),
      },
      run,
    ),
});
