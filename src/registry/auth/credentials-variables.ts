import { PromoteError } from '../../errors.ts';
import { type RepositoryName, registryOf } from '../../oci/reference.ts';
import type { Credential } from './credentials-file.ts';

/**
 * The login that variables name for a registry: `PROMOTE_REGISTRY_<HOST>_USERNAME` and `_PASSWORD`, or the identity token
 * `_TOKEN`. Throws `CONFIGURATION` for half of one.
 */
export function variableCredential(
  variables: Readonly<Record<string, string | undefined>>,
  repository: RepositoryName,
): Credential | undefined {
  const start = `PROMOTE_REGISTRY_${variablePart(registryOf(repository))}`;
  const [username = '', password = '', token = ''] = ['USERNAME', 'PASSWORD', 'TOKEN'].map(
    part => variables[`${start}_${part}`],
  );
  if (token !== '') return { kind: 'identity-token', token };
  if (username !== '' && password !== '') return { kind: 'basic', username, password };
  if (username === '' && password === '') return undefined;
  const [there, missing] = username === '' ? ['PASSWORD', 'USERNAME'] : ['USERNAME', 'PASSWORD'];
  throw new PromoteError('CONFIGURATION', `${start}_${there} is set, and ${start}_${missing} is not`, {
    hint: 'set both, or neither',
  });
}

/** A hyphen becomes two underscores, so that no two hosts share a name. */
function variablePart(host: string): string {
  return host
    .toUpperCase()
    .replaceAll('-', '__')
    .replaceAll(/[^A-Z0-9_]/g, '_');
}
