import { schema as published } from '@octokit/graphql-schema';
import {
  buildSchema,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  parse,
  validate,
} from 'graphql';
import { fields } from './request.ts';

let built: GraphQLSchema | undefined;

/** What a query or its variables break of the schema that GitHub publishes; `undefined`: nothing. */
export function graphqlViolation(body: unknown): string | undefined {
  const { query, variables } = fields(body);
  // GitHub's schema names some fields twice.
  built ??= buildSchema(published.idl, { assumeValidSDL: true });
  try {
    const document = parse(String(query));
    const operation = getOperationAST(document);
    const declared = operation?.variableDefinitions ?? [];
    const { errors = [] } = getVariableValues(built, declared, fields(variables));
    return [...validate(built, document), ...errors].map(({ message }) => message)[0];
  } catch (error) {
    return String(error);
  }
}
