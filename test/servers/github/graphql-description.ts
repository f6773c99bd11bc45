import { getOperationAST, getVariableValues, parse, validate } from 'graphql';
import { githubSchema } from './graph.ts';
import { fields } from './request.ts';

/** What a query or its variables break of the schema that GitHub publishes; `undefined`: nothing. */
export function graphqlViolation(body: unknown): string | undefined {
  const { query, variables } = fields(body);
  const built = githubSchema();
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
