import { getBooleanInput, getInput } from '@actions/core';
import { PromoteError } from '../errors.ts';

/** Reads an input that is `true` or `false`; throws `USAGE` for anything else, such as `yes`. */
export function readFlag(name: string): boolean {
  const text = getInput(name);
  if (/^(?:true|True|TRUE|false|False|FALSE)$/.test(text)) return getBooleanInput(name);
  throw new PromoteError('USAGE', `inputs: ${name} is ${JSON.stringify(text)}`, {
    hint: `write ${name}: true, or ${name}: false`,
  });
}
