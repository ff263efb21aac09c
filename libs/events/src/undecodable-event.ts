/** Bytes that are not an event we know; `reason` is one line for people. */
export class UndecodableEvent extends Error {
  override readonly name = 'UndecodableEvent';
  readonly reason: string;
  /** Where nothing but the schema is unknown: its id. `learnSchema` may find it in the registry. */
  readonly unknownSchemaId: number | undefined;

  constructor(reason: string, options?: ErrorOptions & { readonly unknownSchemaId?: number }) {
    super(`undecodable event: ${reason}`, options);
    this.reason = reason;
    this.unknownSchemaId = options?.unknownSchemaId;
  }
}
