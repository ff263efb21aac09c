import { type RefObject, useEffect, useState } from 'react';

/** Height of a row in pixels; tokens.css says the same. */
export const ROW_HEIGHT = 30;
/** Up to here every row is in the page: simplest, and the browser's own search finds them. */
export const ROWS_ALL_MAX = 120;
/** Rows drawn beyond each edge, so that scrolling never shows a gap */
const OVERSCAN = 12;

export interface RowWindow {
  readonly start: number;
  readonly end: number;
}

/** Which rows are worth drawing: those in sight and some around them. */
export function useRowWindow(scroller: RefObject<HTMLElement | null>, count: number): RowWindow {
  const [seen, setSeen] = useState<RowWindow>({ start: 0, end: ROWS_ALL_MAX });
  const windowed = count > ROWS_ALL_MAX;

  useEffect(() => {
    const element = scroller.current;
    if (element === null || !windowed) return;
    const measure = () => {
      const start = Math.max(0, Math.floor(element.scrollTop / ROW_HEIGHT) - OVERSCAN);
      const end = Math.ceil((element.scrollTop + element.clientHeight) / ROW_HEIGHT) + OVERSCAN;
      setSeen((before) => (before.start === start && before.end === end ? before : { start, end }));
    };
    measure();
    const resized = new ResizeObserver(measure);
    resized.observe(element);
    element.addEventListener('scroll', measure, { passive: true });
    return () => {
      resized.disconnect();
      element.removeEventListener('scroll', measure);
    };
  }, [scroller, windowed]);

  if (!windowed) return { start: 0, end: count };
  const start = Math.min(seen.start, Math.max(0, count - 1));
  return { start, end: Math.min(Math.max(seen.end, start + 1), count) };
}
