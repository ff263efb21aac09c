/** The bare client reads the same topic from its beginning and decodes with the same codec. */
import { decodeAs } from '@screener/events';
import { serveSide } from '../../framework/serve-side.ts';
import { uniqueName } from '../bench-topics.ts';
import { CandleCount } from '../candles.ts';
import { type ClientMessage, clientOptions, loadPlatformaticKafka } from '../peer-packages.ts';
import type { RestorePlace } from '../restore.ts';

const { Consumer, FetchIsolationLevels } = loadPlatformaticKafka();

serveSide({
  async restore({ brokers = [], input, candles }: RestorePlace) {
    const count = new CandleCount();
    const began = performance.now();
    const consumer = new Consumer({
      ...clientOptions(brokers, 'bench-restore'),
      groupId: uniqueName('restore'),
      autocommit: false,
      isolationLevel: FetchIsolationLevels.READ_COMMITTED,
    });
    const stream = await consumer.consume({ topics: [input], mode: 'earliest' });
    await new Promise<void>((resolve, reject) => {
      stream.on('error', reject);
      stream.on('data', ({ value }: ClientMessage) => {
        count.add(decodeAs('KlineClosed', value));
        if (count.count === candles) resolve();
      });
    });
    return { elapsedMs: performance.now() - began, output: count.toString() };
  },
});
