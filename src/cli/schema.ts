import { environmentsJsonSchema } from '../environments/schema/json-schema.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';

/** `promote schema` */
export async function schema({ stdout }: Io): Promise<number> {
  stdout.write(`${JSON.stringify(environmentsJsonSchema(), null, 2)}\n`);
  return EXIT.done;
}
