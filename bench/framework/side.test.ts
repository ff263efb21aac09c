import { afterEach, expect, test } from 'vitest';
import { type Side, SideProcess } from './side.ts';

const open: Side[] = [];
const start = (): Side => {
  const side = new SideProcess({ name: 'sample', file: new URL('testing/sample-side.ts', import.meta.url) });
  open.push(side);
  return side;
};
const lives = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
afterEach(() => Promise.all(open.splice(0).map((side) => side.close())));

test('a side is a process that answers, and is gone when closed', async () => {
  const side = start();
  expect(await side.call('double', new Float64Array([1, 2]))).toEqual(new Float64Array([2, 4]));
  expect(side.pid).not.toBe(process.pid);
  await side.close();
  expect(lives(side.pid)).toBe(false);
  await expect(side.call('double')).rejects.toThrow('sample has ended');
});

test('what fails there fails here, with the name of the side', async () => {
  const side = start();
  await expect(side.call('refuse')).rejects.toThrow('sample: Error: not today');
  await expect(side.call('unknown')).rejects.toThrow("no request 'unknown'");
  await expect(side.call('end')).rejects.toThrow('sample ended (3)');
});
