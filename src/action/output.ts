import type { ActionIo } from './io.ts';
import { addAnnotation, withoutSecrets, writeOutput } from './runner.ts';

/** GitHub's limit of 1 MB an output, which it counts in UTF-16. */
const OUTPUT_LIMIT = 500_000;

/** Sets an output. If GitHub would not pass the text on, the output is empty and a warning is shown. */
export function setBoundedOutput(io: ActionIo, name: string, text: string): void {
  const why = whyWithheld(io, text);
  if (why !== undefined) addAnnotation('warning', `the output ${name} is left empty: ${why}`);
  writeOutput(name, why === undefined ? text : '');
}

/** Why GitHub would not pass a text on to other jobs; `undefined` if it would. */
export function whyWithheld({ masked }: ActionIo, text: string): string | undefined {
  if (text.length > OUTPUT_LIMIT) return 'it is longer than GitHub allows';
  if (masked.some(secret => text.includes(secret))) return 'it would hold a secret that is masked';
  return withoutSecrets(text) === text ? undefined : 'it would hold a secret';
}
