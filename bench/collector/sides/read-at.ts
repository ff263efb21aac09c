/**
 * When the bytes of the frame at hand were read from its connection: the frames of one piece are handled one after the other,
 * and the last of them has waited for all the others.
 */
import { wallTime } from '../frame-side.ts';
import { wsOfOurs } from './bare-connections.ts';

type Write = (this: unknown, chunk: Buffer, encoding: BufferEncoding, done: () => void) => void;

let at = 0;
const { prototype } = (wsOfOurs as unknown as { Receiver: { prototype: { _write: Write } } }).Receiver;
const write = prototype._write;
prototype._write = function (chunk, encoding, done) {
  at = wallTime();
  write.call(this, chunk, encoding, done);
};

export const readAt = (): number => at;
