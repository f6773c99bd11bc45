import { describe, expect, it } from 'vitest';
import { parseEnvironments } from '../../src/environments/parse.ts';
import {
  allowsRegistry,
  includesFile,
  type Refresh,
  refreshGroup,
  shortName,
} from '../../src/environments/refresh.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { fileWith, marked, problemsOf } from './problems.ts';

function refresh(written: string): Refresh {
  const { refresh: meant } = parseEnvironments(
    fileWith({ more: `refresh: ${written}` }),
    'environments.yaml',
  );
  if (meant === undefined) throw new Error('no refresh');
  return meant;
}

it('has careful defaults', () => {
  expect(refresh('{}')).toMatchObject({ update: 'digest', pin: false, minimumAge: 0, limit: 10 });
  expect(parseEnvironments(fileWith({}), 'environments.yaml').refresh).toBeUndefined();
  expect(refresh('{ minimumAge: 7d }').minimumAge).toBe(7 * 24 * 3600 * 1000);
});

describe('a file', () => {
  it.each([
    ['{}', 'a/Dockerfile', true, true],
    ['{}', '.github/workflows/ci.yml', false, false],
    ['{ include: [".github/**"] }', '.github/workflows/ci.yml', false, true],
    ['{ include: ["a/**"] }', 'b/Dockerfile', true, false],
    ['{ include: ["**/Dockerfile"], exclude: ["vendor/**"] }', 'vendor/Dockerfile', true, false],
  ])('%s reads %s', (written, path, isListed, expected) => {
    expect(includesFile(refresh(written), path, isListed)).toBe(expected);
  });
});

it.each([
  ['node', 'node', 'node'],
  ['python', 'python', 'runtimes'],
  ['ghcr.io/acme/base-web', 'ghcr.io/acme/base-web', 'runtimes'],
  ['acme/tool', 'acme/tool', 'acme-tool'],
  ['docker.io/a.b/c', 'docker.io/a.b/c', 'docker-io-a-b-c'],
])('%s is called %s and is in the group %s', (text, name, group) => {
  const repository = parseRepositoryName(text);
  expect(shortName(repository)).toBe(name);
  expect(refreshGroup(refresh('{ groups: { runtimes: [python, "ghcr.io/acme/base-*"] } }'), repository)).toBe(
    group,
  );
});

it('a registry is allowed with its path, and not by the beginning of a name', () => {
  const { registries, ...rest } = refresh('{ registries: [docker.io, ghcr.io/acme] }');
  const allowed = ['node', 'ghcr.io/acme/x', 'ghcr.io/acme2/x', 'docker.io.evil.example/x'].filter(text =>
    allowsRegistry({ ...rest, registries }, parseRepositoryName(text)),
  );
  expect(allowed).toEqual(['node', 'ghcr.io/acme/x']);
});

it.each([
  [
    'an environment of that name',
    '  refresh: { from: dev, registry: a.io/r, files: [r] }\nrefresh: {}',
    'refresh',
  ],
  ['a registry with a scheme', 'refresh: { registries: ["https://docker.io"] }', '"https://docker.io"'],
  ['a member of two groups', 'refresh: { groups: { a: [node], b: [node] } }', 'node'],
  ['an update that is none', 'refresh: { update: latest }', 'latest'],
])('%s is refused', (_, more, under) => {
  expect(problemsOf(fileWith({ more })).map(marked)).toEqual([under]);
});
