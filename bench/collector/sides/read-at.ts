/**
 * When the bytes of the frame at hand were read from its connection: the frames of one piece are handled one after the other,
 * and the last of them has waited for all the others.
 */
import { Socket } from 'node:net';
import { wallTime } from '../frame-side.ts';

let at = 0;
const { push } = Socket.prototype;
Socket.prototype.push = function (chunk: unknown, encoding?: BufferEncoding) {
  at = wallTime();
  return push.call(this, chunk, encoding);
};

export const readAt = (): number => at;
