import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { createGraphqlScreenerClient } from './client/graphql-screener-client.ts';
import { ScreenerContext } from './store/screener-context.ts';
import { createScreenerStore } from './store/screener-store.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element with the id root.');

const client = createGraphqlScreenerClient(location.origin);
const store = createScreenerStore(() => Date.now());
client.start(store.feed);

createRoot(root).render(
  <ScreenerContext value={{ client, store }}>
    <App />
  </ScreenerContext>,
);
