export { instrumentsMax } from './catalogue.ts';
export type { SimulatedCandle } from './ledger.ts';
export type { Admission, Refusal, RequestGate } from './request-gate.ts';
export { minuteGate } from './request-gate.ts';
export { type Simulator, type SimulatorOptions, speedMax, startSimulator } from './simulator.ts';
export { createSimulatorApp } from './simulator-app.ts';
