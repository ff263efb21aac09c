/** The names somebody may have meant. */

/** So many suggestions fit on a line. */
const SUGGESTIONS_MAX = 3;

/** Nearest first; none where nothing is near. A part of a name ('alert', 'metrics') is near, whatever its length. */
export function nearestNames(given: string, known: readonly string[]): readonly string[] {
  const wanted = given.toLowerCase();
  const near = known
    .map((name) => {
      const candidate = name.toLowerCase();
      const partly = wanted.length > 2 && (candidate.includes(wanted) || wanted.includes(candidate));
      return { name, distance: partly ? 1 : editDistance(wanted, candidate) };
    })
    .filter(({ name, distance }) => distance <= Math.max(2, Math.floor(name.length / 3)));
  return near
    .sort((a, b) => a.distance - b.distance)
    .slice(0, SUGGESTIONS_MAX)
    .map(({ name }) => name);
}

/** Insertions, deletions and replacements from one to the other. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= to.length; column++) {
      const replaced = (row[column - 1] ?? 0) + (letter === to[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
