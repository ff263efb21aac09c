export { type CollectorOptions, createCollector } from './collector-app.ts';
