/** What an operation may ask for, checked before it runs. Fragments are counted where they are spread. */
import { ScreenerError } from '@screener/errors';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { limits } from '../limits.ts';

/** Throws QUERY_TOO_LARGE; the document is validated already, so fragments exist and have no cycles. */
export function checkOperationLimits(document: DocumentNode): void {
  const fragments = new Map<string, FragmentDefinitionNode>();
  const operations: OperationDefinitionNode[] = [];
  for (const definition of document.definitions) {
    if (definition.kind === 'FragmentDefinition') fragments.set(definition.name.value, definition);
    else if (definition.kind === 'OperationDefinition') operations.push(definition);
  }
  for (const operation of operations) {
    let fields = 0;
    let rootFields = 0;
    const visit = (selectionSet: SelectionSetNode, depth: number): void => {
      if (depth > limits.queryDepth) throw tooLarge('levels', depth, limits.queryDepth);
      for (const selection of selectionSet.selections) {
        if (selection.kind === 'FragmentSpread') {
          const fragment = fragments.get(selection.name.value);
          if (fragment) visit(fragment.selectionSet, depth);
        } else if (selection.kind === 'InlineFragment') visit(selection.selectionSet, depth);
        // Introspection has a depth rule of its own and asks about the schema, not about data.
        else if (!selection.name.value.startsWith('__')) {
          if (++fields > limits.queryFields) throw tooLarge('fields', fields, limits.queryFields);
          if (depth === 1 && ++rootFields > limits.rootFields) {
            throw tooLarge('fields at its root', rootFields, limits.rootFields);
          }
          if (selection.selectionSet) visit(selection.selectionSet, depth + 1);
        }
      }
    };
    visit(operation.selectionSet, 1);
  }
}

const tooLarge = (what: string, found: number, most: number): GraphQLError =>
  asGraphQLError(new ScreenerError('QUERY_TOO_LARGE', { what, found, most }));

/** An error of the table as GraphQL shows it: its line and its code. */
export const asGraphQLError = (error: ScreenerError, extra: Readonly<Record<string, unknown>> = {}): GraphQLError =>
  new GraphQLError(error.message, { cause: error, extensions: { code: error.code, ...extra } });
