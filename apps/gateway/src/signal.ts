export type Listener<T> = (value: T) => void;

/** Who wants to hear of something. A listener is called in the turn in which it happens. */
export class Signal<T> {
  readonly #listeners = new Set<Listener<T>>();

  /** Returns how to stop listening. */
  listen(listener: Listener<T>): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(value: T): void {
    for (const listener of this.#listeners) listener(value);
  }
}

/** One signal per key; a key nobody listens to costs nothing. */
export class KeyedSignal<T> {
  readonly #signals = new Map<string, Set<Listener<T>>>();

  listen(key: string, listener: Listener<T>): () => void {
    const listeners = this.#signals.get(key) ?? new Set();
    this.#signals.set(key, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#signals.get(key) === listeners) this.#signals.delete(key);
    };
  }

  emit(key: string, value: T): void {
    for (const listener of this.#signals.get(key) ?? []) listener(value);
  }
}
