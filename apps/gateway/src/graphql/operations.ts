/** Parses, checks and runs operations; what was parsed and checked once is kept. */
import { reasonOf, ScreenerError } from '@screener/errors';
import type { Logger } from '@screener/service';
import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  executeSubscriptionEvent,
  GraphQLError,
  type GraphQLSchema,
  getArgumentValues,
  getOperationAST,
  parse,
  print,
  type ValidatedSubscriptionArgs,
  validate,
  validateSubscriptionArgs,
} from 'graphql';
import { SymbolUnknown } from '../instrument-names.ts';
import { limits } from '../limits.ts';
import { Channel } from './channel.ts';
import { asGraphQLError, checkOperationLimits } from './operation-limits.ts';
import type { Source } from './source.ts';

export type Arguments = Readonly<Record<string, unknown>>;
export type Resolvers = Readonly<Record<string, (args: Arguments) => unknown>>;
export type Sources = Readonly<Record<string, (args: Arguments) => Source>>;

export interface OperationRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly operationName?: string | null | undefined;
}

export interface OperationsOptions {
  readonly schema: GraphQLSchema;
  readonly resolvers: Resolvers;
  readonly sources: Sources;
  readonly logger: Logger;
}

export type Prepared = Pick<ExecutionArgs, 'schema' | 'document' | 'variableValues' | 'operationName'>;

export class Operations {
  readonly #options: OperationsOptions;
  /** Least recently used first. */
  readonly #documents = new Map<string, DocumentNode>();
  readonly #channels = new Map<string, Channel>();

  constructor(options: OperationsOptions) {
    this.#options = options;
  }

  /** Operations that somebody subscribes to, and how many subscriptions there are. */
  get subscriptions(): number {
    return [...this.#channels.values()].reduce((sum, channel) => sum + channel.size, 0);
  }

  /** Errors when the text is no operation of the schema or too large. */
  prepare({ query, variables, operationName }: OperationRequest): Prepared | readonly GraphQLError[] {
    const document = this.#documentOf(query);
    if (!('kind' in document)) return document;
    return {
      schema: this.#options.schema,
      document,
      variableValues: variables ?? {},
      operationName: operationName ?? null,
    };
  }

  async run(prepared: Prepared): Promise<ExecutionResult> {
    if (getOperationAST(prepared.document, prepared.operationName)?.operation === 'subscription') {
      return { errors: [refusal('a subscription came over HTTP, it needs the WebSocket')] };
    }
    return this.format(await execute({ ...prepared, rootValue: this.#options.resolvers }));
  }

  /** The channel of a subscription, shared by all who ask for exactly the same. */
  channel(prepared: Prepared): Channel | readonly GraphQLError[] {
    const key = keyOf(prepared);
    const known = this.#channels.get(key);
    if (known) return known;
    const args = validateSubscriptionArgs(prepared);
    if (!('operation' in args)) return args;
    const root = this.#rootOf(args);
    if (root instanceof GraphQLError) return [root];
    const serialise = (value: unknown): string => {
      const result = executeSubscriptionEvent({ ...args, rootValue: { [root.field]: value } });
      if (result instanceof Promise || 'then' in result)
        throw new Error(`${root.field} resolves later; it must at once`);
      return JSON.stringify(this.format(result));
    };
    const channel = new Channel(root.source, serialise, () => this.#channels.delete(key));
    this.#channels.set(key, channel);
    return channel;
  }

  /** Errors as clients see them: ours with their code, unexpected ones without their inside. */
  format(result: ExecutionResult): ExecutionResult {
    return result.errors ? { ...result, errors: result.errors.map((error) => this.#shown(error)) } : result;
  }

  #documentOf(query: string): DocumentNode | readonly GraphQLError[] {
    const known = this.#documents.get(query);
    if (known) {
      this.#documents.delete(query);
      this.#documents.set(query, known);
      return known;
    }
    let document: DocumentNode;
    try {
      document = parse(query, { maxTokens: limits.queryTokens });
      const errors = validate(this.#options.schema, document, undefined, { maxErrors: 5 });
      if (errors.length > 0) return errors.map((error) => withCode(error));
      checkOperationLimits(document);
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      return [withCode(error)];
    }
    this.#documents.set(query, document);
    if (this.#documents.size > limits.parsedQueries) {
      const [oldest] = this.#documents.keys();
      if (oldest !== undefined) this.#documents.delete(oldest);
    }
    return document;
  }

  /** The one root field of a subscription and what it listens to. */
  #rootOf(args: ValidatedSubscriptionArgs): { readonly field: string; readonly source: Source } | GraphQLError {
    const [selection, ...others] = args.operation.selectionSet.selections;
    if (others.length > 0 || selection?.kind !== 'Field' || (selection.directives?.length ?? 0) > 0) {
      return refusal('a subscription has exactly one plain field at its root');
    }
    const field = selection.name.value;
    const definition = args.schema.getSubscriptionType()?.getFields()[field];
    const open = this.#options.sources[field];
    if (!definition || !open) return refusal(`there is no subscription ${field}`);
    try {
      return { field, source: open(getArgumentValues(definition, selection, args.variableValues)) };
    } catch (cause) {
      return cause instanceof GraphQLError ? cause : this.#shown(new GraphQLError(reasonOf(cause), { cause }));
    }
  }

  #shown(error: GraphQLError): GraphQLError {
    const cause = error.cause ?? error.originalError;
    if (cause === undefined || cause === null || cause instanceof GraphQLError || error.extensions.code) return error;
    const { nodes, path } = error;
    const place = { ...(nodes && { nodes }), ...(path && { path }) };
    if (cause instanceof ScreenerError) {
      const candidates = cause instanceof SymbolUnknown ? { candidates: cause.candidates } : {};
      return new GraphQLError(cause.message, { ...place, cause, extensions: { code: cause.code, ...candidates } });
    }
    const reason = path ? path.join('.') : 'the operation';
    this.#options.logger.error(`GraphQL ${reason}: ${reasonOf(cause)}`, { cause });
    const hidden = new ScreenerError('REQUEST_FAILED', { path: '/graphql', reason: `${reason} could not be resolved` });
    return new GraphQLError(hidden.message, { ...place, extensions: { code: hidden.code } });
  }
}

const refusal = (reason: string): GraphQLError => asGraphQLError(new ScreenerError('QUERY_INVALID', { reason }));

const withCode = (error: GraphQLError): GraphQLError => {
  if (error.extensions.code) return error;
  const { nodes, source, positions } = error;
  const place = { ...(nodes && { nodes }), ...(source && { source }), ...(positions && { positions }) };
  return new GraphQLError(error.message, { ...place, extensions: { code: 'QUERY_INVALID' } });
};

const keyOf = ({ document, variableValues, operationName }: Prepared): string =>
  JSON.stringify([print(document), operationName ?? '', sorted(variableValues ?? {})]);

const sorted = (values: Readonly<Record<string, unknown>>): unknown[] =>
  Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
