import { expect, it } from 'vitest';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { dockerCredentials } from '../../src/registry/auth/credentials.ts';

const JOB = {
  CI_REGISTRY: 'registry.example.com:5050',
  CI_REGISTRY_USER: 'gitlab-ci-token',
  CI_REGISTRY_PASSWORD: 'job',
  CI_DEPENDENCY_PROXY_SERVER: 'gitlab.example.com:443',
  CI_DEPENDENCY_PROXY_USER: 'gitlab-ci-token',
  CI_DEPENDENCY_PROXY_PASSWORD: 'proxy',
};

it.each([
  ["for the project's registry", JOB, 'registry.example.com:5050/acme/api', 'job'],
  [
    "for the group's dependency proxy",
    JOB,
    'gitlab.example.com:443/acme/dependency_proxy/containers/node',
    'proxy',
  ],
  ['for no other registry', JOB, 'registry.example.com/acme/api', undefined],
  [
    'where they are whole',
    { ...JOB, CI_REGISTRY_PASSWORD: '' },
    'registry.example.com:5050/acme/api',
    undefined,
  ],
  [
    'where nobody logged in',
    {
      ...JOB,
      DOCKER_AUTH_CONFIG: '{"auths":{"registry.example.com:5050":{"username":"me","password":"mine"}}}',
    },
    'registry.example.com:5050/acme/api',
    'mine',
  ],
])("a GitLab job's credentials count %s", async (_, variables, repository, password) => {
  const found = await dockerCredentials(variables)(parseRepositoryName(repository));
  expect(found).toEqual(password && expect.objectContaining({ kind: 'basic', password }));
});
