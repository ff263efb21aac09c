/** A side that takes frames, from what is particular to it. */
import { serveSide } from '../../framework/serve-side.ts';
import type { CandleDigest, Minutes } from '../candles.ts';
import type { ExchangePlace } from '../frame-side.ts';
import { FrameMeter } from './frame-meter.ts';

export interface Connected {
  candles(minutes: Minutes): Promise<CandleDigest> | CandleDigest;
  close(): Promise<void>;
}

export interface FrameProgram<Place extends { readonly exchange: ExchangePlace }, C extends Connected> {
  connect(place: Place, meter: FrameMeter): Promise<C>;
  /** Requests beyond those that all sides have. */
  readonly more?: Readonly<Record<string, (connected: C, argument: never) => unknown>>;
}

export function serveFrameSide<Place extends { readonly exchange: ExchangePlace }, C extends Connected>({
  connect,
  more = {},
}: FrameProgram<Place, C>): void {
  let open: { readonly connected: C; readonly meter: FrameMeter } | undefined;
  const here = (): { readonly connected: C; readonly meter: FrameMeter } => {
    if (open === undefined) throw new Error('not connected');
    return open;
  };
  serveSide({
    ...Object.fromEntries(
      Object.entries(more).map(([name, call]) => [name, (argument: never) => call(here().connected, argument)]),
    ),
    async connect(place: Place) {
      const meter = new FrameMeter(place.exchange.symbols);
      open = { connected: await connect(place, meter), meter };
      await meter.allHeard();
    },
    begin: () => here().meter.begin(),
    end: () => here().meter.end(),
    candles: (minutes: Minutes) => here().connected.candles(minutes),
    async disconnect() {
      const { connected, meter } = here();
      open = undefined;
      meter.stop();
      await connected.close();
    },
  });
}
