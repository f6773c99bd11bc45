import { mkdirSync, writeFileSync } from 'node:fs';
import { environmentsJsonSchema } from '../src/environments/schema/json-schema.ts';
import { isOutputName, OUTPUT_NAMES, outputSchema } from '../src/reports/schemas/output-schema.ts';

/** Writes the JSON schemas that are kept in `environments/`; a test says when they are out of date. */
const write = (path: string, schema: object) => writeFileSync(path, `${JSON.stringify(schema, null, 2)}\n`);

write('environments/schema.json', environmentsJsonSchema());
mkdirSync('environments/schema', { recursive: true });
for (const name of OUTPUT_NAMES.filter(isOutputName))
  write(`environments/schema/${name}.json`, outputSchema(name));
