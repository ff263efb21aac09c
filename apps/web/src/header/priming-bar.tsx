import type { Status } from '../model.ts';

/** How many instruments have their metrics; lies over the header's lower edge, so that nothing moves when it goes. */
export function PrimingBar({ status }: { readonly status: Status | null }) {
  if (status === null || !status.priming) return null;
  return (
    <progress
      className="priming"
      data-testid="priming"
      value={status.primed}
      max={Math.max(status.total, 1)}
      aria-label={`Instruments ready: ${status.primed} of ${status.total}`}
    />
  );
}
