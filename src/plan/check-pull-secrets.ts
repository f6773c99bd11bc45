import type { Environment, Environments } from '../environments/environments.ts';
import type { Finding } from './check.ts';
import { readWorld } from './lint/read.ts';
import { pullSecret } from './lint/rules/pull-secret.ts';

/** The pods that lack a pull secret which other pods of the environment have, by the rule of lint. */
export function checkPullSecrets(
  environments: Environments,
  environment: Environment,
  texts: ReadonlyMap<string, string>,
): readonly Finding[] {
  // Without any pull secret there is nothing to compare, so the files are not read again.
  if (![...texts.values()].some(text => text.includes('imagePullSecrets'))) return [];
  return pullSecret
    .find(readWorld(environments, environment, texts))
    .map(({ place: { file, line, column }, message, hint }) => ({
      severity: pullSecret.severity,
      subject: environment.name,
      message: `${file}:${line}:${column}: ${message}`,
      hint,
    }));
}
