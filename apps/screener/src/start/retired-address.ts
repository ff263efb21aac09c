import { streamBase } from '@screener/exchanges';
import type { Logger, Settings } from '@screener/service';

/** Deployments that still name the old unrouted stream address go on, and are told. */
export function warnOfRetiredAddress(settings: Settings, logger: Logger): void {
  const { base, rewritten } = streamBase(settings.BINANCE_WS_BASE);
  if (!rewritten) return;
  logger.warn(
    `BINANCE_WS_BASE is '${settings.BINANCE_WS_BASE}': the exchange has retired the unrouted addresses and routes are chosen here, so ${base} is used; set that`,
  );
}
