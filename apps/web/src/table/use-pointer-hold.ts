import { type RefObject, useEffect, useState } from 'react';

/** A pointer that rests longer is not about to click. */
const HOLD_MS = 4000;

/** True while a mouse moves over the element: the rows then stay where they are. */
export function usePointerHold(target: RefObject<HTMLElement | null>): boolean {
  const [held, setHeld] = useState(false);

  useEffect(() => {
    const element = target.current;
    if (element === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const release = () => {
      clearTimeout(timer);
      setHeld(false);
    };
    const hold = (event: PointerEvent) => {
      if (event.pointerType !== 'mouse') return;
      clearTimeout(timer);
      timer = setTimeout(release, HOLD_MS);
      setHeld(true);
    };
    element.addEventListener('pointermove', hold);
    element.addEventListener('pointerleave', release);
    return () => {
      clearTimeout(timer);
      element.removeEventListener('pointermove', hold);
      element.removeEventListener('pointerleave', release);
    };
  }, [target]);

  return held;
}
