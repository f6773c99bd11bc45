import { environmentsJsonSchema } from '../environments/schema/json-schema.ts';
import { PromoteError } from '../errors.ts';
import { isOutputName, OUTPUT_NAMES, outputSchema } from '../reports/schemas/output-schema.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';

/** `promote schema`: prints the JSON schema of the environments file, or of a named command's output. */
export async function schema({ stdout }: Io, command: string | undefined): Promise<number> {
  stdout.write(`${JSON.stringify(schemaOf(command), null, 2)}\n`);
  return EXIT.done;
}

function schemaOf(command: string | undefined): object {
  if (command === undefined) return environmentsJsonSchema();
  if (isOutputName(command)) return outputSchema(command);
  throw new PromoteError('USAGE', `there is no schema of ${JSON.stringify(command)}`, {
    hint: `name one of ${OUTPUT_NAMES.join(', ')}`,
  });
}
