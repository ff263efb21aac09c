import type { Heartbeat } from '@screener/events';
import { limits, times } from '../limits.ts';

export interface AppHealth extends Heartbeat {
  readonly stale: boolean;
}

/** Fold over the topic heartbeats: the latest of each instance of each app. */
export class HeartbeatsView {
  readonly #latest = new Map<string, Heartbeat>();

  apply(event: Heartbeat): void {
    const key = `${event.app}/${event.instance}`;
    const known = this.#latest.get(key);
    if (known && known.at > event.at) return;
    // Deleted first so that the map stays in the order of arrival: the first entry is the one silent for longest.
    this.#latest.delete(key);
    this.#latest.set(key, event);
    if (this.#latest.size > limits.appInstances) {
      for (const oldest of this.#latest.keys()) {
        this.#latest.delete(oldest);
        break;
      }
    }
  }

  /** By app, then the newest word first. A silent instance is left out once another of the same app took its place. */
  list(nowMs: number): readonly AppHealth[] {
    const isStale = (beat: Heartbeat) => nowMs - beat.at > times.heartbeatStaleMs;
    const alive = new Set([...this.#latest.values()].filter((beat) => !isStale(beat)).map((beat) => beat.app));
    for (const [key, beat] of this.#latest) {
      if (nowMs - beat.at > times.heartbeatForgottenMs) this.#latest.delete(key);
    }
    return [...this.#latest.values()]
      .filter((beat) => !(isStale(beat) && alive.has(beat.app)))
      .map((beat) => ({ ...beat, stale: isStale(beat) }))
      .sort((a, b) => (a.app === b.app ? b.at - a.at : a.app < b.app ? -1 : 1));
  }
}
