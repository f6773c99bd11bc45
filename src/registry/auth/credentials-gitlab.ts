import { type RepositoryName, registryOf } from '../../oci/reference.ts';
import type { Credential } from './credentials-file.ts';

/**
 * The credential of a GitLab CI job for the project's registry or the group's dependency proxy; each is for
 * that host alone. https://docs.gitlab.com/ci/variables/predefined_variables/
 */
export function gitlabJobCredential(
  variables: Readonly<Record<string, string | undefined>>,
  repository: RepositoryName,
): Credential | undefined {
  const registry = registryOf(repository);
  for (const name of ['CI_REGISTRY', 'CI_DEPENDENCY_PROXY']) {
    const host = variables[name] ?? variables[`${name}_SERVER`];
    const { [`${name}_USER`]: username, [`${name}_PASSWORD`]: password } = variables;
    if (host === registry && username && password) return { kind: 'basic', username, password };
  }
  return undefined;
}
