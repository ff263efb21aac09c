/** Small choices that a page remembers on this device; never anything it could not do without. */
const PREFIX = 'screener.';

export function recall(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // Storage can be forbidden or full; the choice then lasts until the page is closed.
  }
}
