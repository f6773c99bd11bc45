import { z } from 'zod';
import { environmentsSchema } from './environments.ts';

/** The environments file's shape as JSON schema, for editors. https://json-schema.org/draft-07 */
export function environmentsJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(environmentsSchema, { io: 'input', target: 'draft-07' });
  return {
    $schema,
    $id: 'https://gitops-promote.dev/environments/v1/schema.json',
    title: 'Environments of promote',
    ...schema,
  };
}
