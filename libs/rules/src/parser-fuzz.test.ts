/**
 * A minute of mistyped conditions: each is accepted, or refused with a reason and a place; no crash, no hang.
 * SCREENER_FUZZ_SECONDS=5 for those in a hurry, SCREENER_FUZZ_SEED for other texts, with SCREENER_FUZZ_ROUND one of them again.
 */
import { expect, test } from 'vitest';
import { fuzzText } from './testing/fuzz-round.ts';
import { HANGING_SEED, PLANTED_ROUND } from './testing/planted-fuzz-worker.ts';
import { runFuzzing } from './testing/run-fuzzing.ts';

const { SCREENER_FUZZ_SECONDS, SCREENER_FUZZ_SEED, SCREENER_FUZZ_ROUND } = process.env;
const seconds = Number(SCREENER_FUZZ_SECONDS ?? 60);
const seed = Number(SCREENER_FUZZ_SEED ?? 99);
const onlyRound = SCREENER_FUZZ_ROUND === undefined ? undefined : Number(SCREENER_FUZZ_ROUND);
const roundsMin = 20_000;
/** Ten seconds: the longest text that is read at all takes milliseconds. */
const looksUntilHang = 40;

if (onlyRound === undefined) {
  test(`the language bears ${seconds} s of mistyped conditions`, { timeout: seconds * 1_000 + 240_000 }, async () => {
    const options = { seed, firstRound: 0, durationMs: seconds * 1_000, roundsMin, looksUntilHang };
    const { rounds, accepted, refused, finding } = await runFuzzing(options);
    if (finding !== undefined) expect.fail(describeFinding(finding));
    console.info(`fuzzing, seed ${seed}: ${rounds} texts, ${accepted} accepted, ${refused} refused with a reason`);
    expect(Math.min(accepted, refused)).toBeGreaterThan(rounds / 50);
  });
} else {
  test(`the language bears round ${onlyRound} of seed ${seed}`, { timeout: 60_000 }, async () => {
    console.info(`the text: ${JSON.stringify(fuzzText(seed, onlyRound))}`);
    const options = { seed, firstRound: onlyRound, durationMs: 0, roundsMin: 1, looksUntilHang };
    const { finding } = await runFuzzing(options);
    if (finding?.round === onlyRound) expect.fail(describeFinding(finding));
  });
}

const describeFinding = ({ round, reason }: { readonly round: number; readonly reason: string }): string =>
  `the language failed on ${JSON.stringify(fuzzText(seed, round))}: ${reason}\n` +
  `again: SCREENER_FUZZ_SEED=${seed} SCREENER_FUZZ_ROUND=${round} npm test -- libs/rules/src/parser-fuzz`;

test('a round is the same text every time, and another one in another round or from another seed', () => {
  expect(fuzzText(1, 5)).toBe(fuzzText(1, 5));
  expect(new Set([fuzzText(1, 5), fuzzText(1, 6), fuzzText(2, 5)]).size).toBe(3);
});

test.each([
  ['crash', HANGING_SEED + 1, 'planted'],
  ['hang', HANGING_SEED, 'it hangs'],
])('a %s is seen, with the round it came in', { timeout: 30_000 }, async (_, plantedSeed, reason) => {
  const worker = new URL('./testing/planted-fuzz-worker.ts', import.meta.url);
  const options = { seed: plantedSeed, firstRound: 0, durationMs: 60_000, roundsMin: 0, looksUntilHang: 4, worker };
  const { finding } = await runFuzzing(options);
  expect(finding?.round).toBe(PLANTED_ROUND);
  expect(finding?.reason).toContain(reason);
});
