/** OpenTelemetry: silent and free of cost unless an OTLP endpoint is set. */
import { context, propagation } from '@opentelemetry/api';
import type { Environment } from './settings.ts';

export interface Telemetry {
  stop(): Promise<void>;
}

export async function startTelemetry(environment: Environment, serviceName: string): Promise<Telemetry> {
  if ((environment.OTEL_EXPORTER_OTLP_ENDPOINT ?? '') === '') return { stop: async () => undefined };
  // Loaded only here: the SDK takes a quarter of a second and 40 MB that most starts never need.
  const { NodeSDK } = await import('@opentelemetry/sdk-node');
  const sdk = new NodeSDK({ serviceName });
  sdk.start();
  return { stop: () => sdk.shutdown() };
}

/** Trace context of what is under way, as record headers; empty where nothing is traced. */
export function traceHeaders(): Record<string, string> {
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  return headers;
}
