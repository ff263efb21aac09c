/** Clean-up in reverse order of what was begun, once, whatever asks for it. */
export interface Shutdown {
  /** To be undone when the process ends; the last one added goes first. */
  add(name: string, undo: () => Promise<void>): void;
  run(): Promise<void>;
}

export function createShutdown(notify: (text: string) => void): Shutdown {
  const undos: { name: string; undo: () => Promise<void> }[] = [];
  let underway: Promise<void> | undefined;
  const undoAll = async (): Promise<void> => {
    for (let entry = undos.pop(); entry !== undefined; entry = undos.pop()) {
      try {
        await entry.undo();
      } catch (cause) {
        notify(`${entry.name}: ${cause instanceof Error ? cause.message : String(cause)} while stopping`);
      }
    }
  };
  return {
    add: (name, undo) => void undos.push({ name, undo }),
    run: () => (underway ??= undoAll()),
  };
}
