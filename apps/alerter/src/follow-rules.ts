/**
 * What this instance knows of the rules, from the moment they are saved. Tasks take a rule into force where their next
 * minute opens; it is compiled here before, and heartbeats say how many saves have been seen.
 */
import { decodeEvent } from '@screener/events';
import type { Log } from '@screener/log';
import { type PrepareRule, RuleEngine } from '@screener/rules';

export interface RuleFigures {
  /** Saves seen so far: grows within a second of a save anywhere. */
  readonly ruleSaves: number;
  readonly rulesActive: number;
  /** Rules that cannot be used, though they should. */
  readonly rulesResting: number;
}

export interface FollowedRules {
  figures(): RuleFigures;
  close(): Promise<void>;
}

const RETRY_AFTER_MS = 500;

export function followRules(log: Log, prepare: PrepareRule, notify: (cause: unknown) => void): FollowedRules {
  const engine = new RuleEngine({ changeBasis: 'open', prepare });
  let saves = 0;
  let position = 0;
  let closed = false;
  let reader = log.reader({ topic: 'rules', from: 'beginning' });
  const wake = new AbortController();

  const read = async (): Promise<void> => {
    for await (const batch of reader) {
      for (const { value, offset } of batch) {
        position = offset + 1;
        if (value === null) continue;
        const decoded = decodeEvent(value);
        if (decoded.type !== 'RuleSaved') continue;
        saves += 1;
        engine.saveRule(decoded.event);
      }
    }
  };
  const ended = (async () => {
    while (!closed) {
      try {
        await read();
      } catch (cause) {
        if (closed) return;
        notify(cause);
      }
      if (closed) return;
      await pause(wake.signal);
      reader = log.reader({ topic: 'rules', from: { offsets: new Map([[0, position]]) } });
    }
  })();

  return {
    figures() {
      const states = engine.ruleStates();
      return {
        ruleSaves: saves,
        rulesActive: states.filter(({ status }) => status === 'active').length,
        rulesResting: states.filter(({ status }) => status === 'unusable' || status === 'failed').length,
      };
    },
    async close() {
      closed = true;
      wake.abort();
      await reader.close();
      await ended;
    },
  };
}

const pause = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, RETRY_AFTER_MS);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
