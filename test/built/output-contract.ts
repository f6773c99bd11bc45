import { Ajv, type ValidateFunction } from 'ajv';
import { isOutputName, type OutputName, outputSchema } from '../../src/reports/schemas/output-schema.ts';

const AJV = new Ajv({ allowUnionTypes: true });
const COMPILED = new Map<OutputName, ValidateFunction>();

/** Fails where a command that was asked for JSON printed what its schema, or that of errors, does not describe key by key. */
export function assertContract([command = '', ...args]: readonly string[], stdout: string): void {
  const asked = args.some(
    (arg, index) => arg === '--format=json' || (arg === 'json' && args[index - 1] === '--format'),
  );
  if (!asked || stdout === '') return;
  const value: unknown = JSON.parse(stdout);
  const name =
    typeof value === 'object' && value !== null && Object.keys(value).join() === 'version,error'
      ? 'error'
      : command;
  if (!isOutputName(name)) throw new Error(`promote ${command} prints JSON and has no schema`);
  const validate = COMPILED.get(name) ?? AJV.compile(outputSchema(name, { closed: true }));
  COMPILED.set(name, validate);
  if (!validate(value))
    throw new Error(
      `promote ${command} breaks environments/schema/${name}.json: ${AJV.errorsText(validate.errors)}`,
    );
}
