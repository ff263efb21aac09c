const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const toBytes = (value: unknown): Uint8Array => encoder.encode(JSON.stringify(value));
export const fromBytes = (bytes: Uint8Array | null): unknown =>
  bytes === null ? null : JSON.parse(decoder.decode(bytes));
