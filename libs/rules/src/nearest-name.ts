/** More mistakes than this make another name of it. */
const MISTAKES_MAX = 4;

/** The known name that a mistyped one most likely meant; undefined when none is near. */
export function nearestName(typed: string, known: Iterable<string>): string | undefined {
  const written = typed.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.min(MISTAKES_MAX, Math.max(1, Math.floor(typed.length / 3))) + 1;
  for (const name of known) {
    const distance = editDistance(written, name.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

/** Letters to insert, remove, replace, or neighbours to swap; `limit` or more where it is not below the limit. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? 0) + 1 : replaced;
      const distance = Math.min(replaced, swapped, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
      next.push(distance);
      if (distance < least) least = distance;
    }
    // A swap may still save one.
    if (least > limit) return limit;
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
