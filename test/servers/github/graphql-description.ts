import {
  type GraphQLError,
  getOperationAST,
  getVariableValues,
  parse,
  type VariableDefinitionNode,
  validate,
} from 'graphql';
import { githubSchema } from './graph.ts';
import { fields } from './request.ts';

interface Validated {
  readonly declared: readonly VariableDefinitionNode[];
  readonly wrong: readonly GraphQLError[];
}

/** What a query or its variables break of the schema that GitHub publishes; `undefined`: nothing. */
export function graphqlViolation(body: unknown): string | undefined {
  const { query, variables } = fields(body);
  try {
    const { declared, wrong } = validated(String(query));
    const { errors = [] } = getVariableValues(githubSchema(), declared, fields(variables));
    return [...wrong, ...errors].map(({ message }) => message)[0];
  } catch (error) {
    return String(error);
  }
}

/** A query's variables and what is wrong with it; the same few queries come in every test. */
function validated(query: string): Validated {
  const before = known.get(query);
  if (before !== undefined) return before;
  const document = parse(query);
  const declared = getOperationAST(document)?.variableDefinitions ?? [];
  const found = { declared, wrong: validate(githubSchema(), document) };
  known.set(query, found);
  return found;
}

const known = new Map<string, Validated>();
