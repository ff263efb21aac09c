import type { MetricsClosed } from '@screener/events';
import avsc from 'avsc';
import { serveSide } from '../../framework/serve-side.ts';
import type { CodecRun } from '../codec.ts';
import { measureCodec } from '../codec-loop.ts';
import { schemaOf } from '../sample-event.ts';

const type = avsc.Type.forSchema(schemaOf('MetricsClosed') as avsc.Schema);

serveSide({
  run: (run: CodecRun) =>
    measureCodec(
      {
        encode: (event) => type.toBuffer(event),
        decode: (bytes) => type.fromBuffer(bytes as Buffer) as MetricsClosed,
        body: (bytes) => bytes,
      },
      run,
    ),
});
