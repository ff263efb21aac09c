/** What all frames of Binance have in common: raw or wrapped as {"stream","data"}, replies, the announced end. */
import { type FrameReading, isObject, jsonOf, refuse } from '../stream/frame.ts';

export function readEvent(text: string, read: (event: unknown) => FrameReading): FrameReading {
  const frame = jsonOf(text);
  if (frame === undefined) return refuse('not-json', 'a frame is not JSON', text);
  if (!isObject(frame)) return read(frame);
  const event = 'data' in frame ? frame.data : frame;
  if (isObject(event) && event.e === 'serverShutdown') return 'shutdown';
  if (!('id' in frame)) return read(event);
  if ('error' in frame) return refuse('connection', 'a request was refused', text);
  return 'result' in frame ? 'answer' : read(event);
}
