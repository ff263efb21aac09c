/** The whole repertoire in one table. */
import type { FaultRow } from './active-fault.ts';
import * as connections from './connection-faults.ts';
import type { FaultKind } from './fault-kinds.ts';
import * as frames from './frame-faults.ts';
import * as market from './market-faults.ts';
import * as rest from './rest-faults.ts';

export const faultRows: Readonly<Record<FaultKind, FaultRow>> = {
  'connection-cut': connections.connectionCut,
  'connection-lifetime': connections.connectionLifetime,
  'missed-pong': connections.missedPong,
  'silent-connection': connections.silentConnection,
  'silent-subscription': connections.silentSubscription,
  'silent-stream': connections.silentStream,
  'server-shutdown': connections.serverShutdown,
  'half-open': connections.halfOpen,
  'refused-connections': connections.refusedConnections,
  'late-final': frames.lateFinal,
  'missing-final': frames.missingFinal,
  'duplicate-frames': frames.duplicateFrames,
  'out-of-order': frames.outOfOrder,
  'wrong-final': frames.wrongFinal,
  'malformed-frames': frames.malformedFrames,
  'absurd-numbers': frames.absurdNumbers,
  'merged-markets': frames.mergedMarkets,
  'clock-skew': frames.clockSkew,
  'rate-limit': rest.rateLimit,
  'rest-html': rest.restHtml,
  'rest-error': rest.restError,
  'rest-timeout': rest.restTimeout,
  'rest-malformed': rest.restMalformed,
  'rest-absurd': rest.restAbsurd,
  'rest-behind': rest.restBehind,
  'corrected-bar': market.correctedBar,
  listing: market.listing,
  delisting: market.delisting,
  halt: market.halt,
  'unknown-status': market.unknownStatus,
};
