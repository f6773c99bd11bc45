import { PromoteError } from '../errors.ts';
import { containsPrivateKey } from '../secrets/redact.ts';

/** Throws `USAGE` for a private key on the command line, which every process of the machine can read. */
export function assertNoKey(argv: readonly string[]): void {
  const index = argv.findIndex(containsPrivateKey);
  if (index < 0) return;
  const [before = '', given = ''] = [argv[index - 1], argv[index]];
  const inOne = /^--[a-z][a-z-]*(?==)/.exec(given)?.[0];
  const option = inOne ?? (/^--[a-z][a-z-]*$/.test(before) ? before : undefined);
  throw new PromoteError('USAGE', `${option ?? `argument ${index + 1}`}: it is a private key itself`, {
    hint: 'name where it is: a file, or --key env://COSIGN_PRIVATE_KEY; and replace this key, which others may have seen',
  });
}
