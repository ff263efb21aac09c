import type { InstrumentChanged } from '@screener/events';
import type { GatewayData } from '../gateway-data.ts';
import { json } from '../http/answer.ts';
import type { Route } from '../http/router.ts';

export const symbolsRoutes = (data: GatewayData): readonly Route[] => {
  const { instruments, metrics } = data.views;
  const one = ({ symbol, instrument, exchange, market, base, quote, status, simulated }: InstrumentChanged) => ({
    ...{ symbol, instrument, exchange, market, base, quote, status },
    primed: metrics.closed(instrument) !== undefined,
    simulated: simulated === true,
  });
  const answer: Route['answer'] = () => {
    const symbols = instruments.list().map(one);
    return json({ symbols, total: symbols.length });
  };
  return [
    { method: 'GET', path: '/api/symbols', answer },
    { method: 'GET', path: '/symbols', answer },
  ];
};
