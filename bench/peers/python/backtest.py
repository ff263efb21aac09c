"""Minutes at which a rule fires, computed with pandas. Prints one JSON object: processor time, digest, alerts."""

import hashlib
import json
import sys
import time

import pandas as pd

COOLDOWN_MS = 300_000


def change(candles, minutes):
    before = candles["open"].shift(minutes - 1)
    return (candles["close"] - before) / before * 100


def volume(candles, minutes):
    return candles["quote_volume"].rolling(minutes).sum()


def rsi(candles, minutes, period=14):
    """Wilder's, of closed bars, as of each minute. The file begins at midnight, so every so manieth candle ends a bar."""
    moves = candles["close"].iloc[minutes - 1 :: minutes].diff()
    means = []
    for side in (moves.clip(lower=0), -moves.clip(upper=0)):
        side = side.iloc[1:].copy()
        # The first value is the mean of the first ones; those before it are absent.
        side.iloc[period - 1] = side.iloc[:period].mean()
        means.append(side.iloc[period - 1 :].ewm(alpha=1 / period, adjust=False).mean())
    gain, loss = means
    return (100 * gain / (gain + loss)).reindex(candles.index).ffill()


def big_bull_60m(candles):
    change_1h, change_8h, change_1d = (change(candles, minutes) for minutes in (60, 480, 1440))
    volume_1h, volume_8h, volume_1d = (volume(candles, minutes) for minutes in (60, 480, 1440))
    return (
        (change_1h > 1.6)
        & (change_1d < 15)
        & (change_8h > change_1h)
        & (change_1d > change_8h)
        & (volume_1h > 500_000)
        & (volume_8h > 5_000_000)
        & (6 * volume_1h > volume_8h)
        & (16 * volume_1h > volume_1d)
    )


def bottom_hunter_rsi(candles):
    return (
        (change(candles, 60) < -1.5)
        & (change(candles, 15) < -1)
        & (change(candles, 5) > 0.7)
        & (rsi(candles, 5) < 35)
    )


RULES = {"big_bull_60m": big_bull_60m, "bottom_hunter_rsi": bottom_hunter_rsi}


def alerts(candles, rule):
    fired, newest = [], -COOLDOWN_MS
    for open_time in candles["open_time_ms"][rule(candles)]:
        if open_time - newest >= COOLDOWN_MS:
            fired.append(int(open_time))
            newest = open_time
    return fired


def main(rule, files):
    spent, count, digest = 0.0, 0, hashlib.sha256()
    # The first instrument comes twice: whatever is loaded late is loaded in its first run, which is not counted.
    for index, file in enumerate(files[:1] + files):
        candles = pd.read_csv(file, float_precision="round_trip")
        began = time.process_time()
        fired = alerts(candles, RULES[rule])
        if index == 0:
            continue
        spent += time.process_time() - began
        count += len(fired)
        for open_time in fired:
            digest.update(f"{open_time}\n".encode())
    print(json.dumps({"cpuUs": spent * 1e6, "output": f"{count} {digest.hexdigest()}"}))


main(sys.argv[1], sys.argv[2:])
