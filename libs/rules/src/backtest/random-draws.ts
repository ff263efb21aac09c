/** Numbers from 0 up to 1 that look random and are the same for the same seed (the generator sfc32, in the public domain). */
export function randomDraws(seed: number): () => number {
  let [a, b, c, count] = [0, seed | 0, Math.floor(seed / 2 ** 32) | 0, 1];
  const next = (): number => {
    const sum = (((a + b) | 0) + count) | 0;
    count = (count + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return (sum >>> 0) / 2 ** 32;
  };
  // The first numbers of similar seeds are similar.
  for (let warmUp = 0; warmUp < 20; warmUp++) next();
  return next;
}
