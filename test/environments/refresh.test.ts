import { describe, expect, it } from 'vitest';
import { parseEnvironments } from '../../src/environments/parse.ts';
import {
  acceptedSigners,
  allowsRegistry,
  includesFile,
  refreshGroup,
  shortName,
} from '../../src/environments/refresh.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { fileWith, marked, problemsOf } from './problems.ts';
import { refresh } from './refresh-of.ts';

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
  [
    'an environment of the branch that remembers',
    '  refresh-young: { from: dev, registry: a.io/r, files: [r] }\nrefresh: {}',
    'refresh-young',
  ],
  ['a registry with a scheme', 'refresh: { registries: ["https://docker.io"] }', '"https://docker.io"'],
  ['a member of two groups', 'refresh: { groups: { a: [node], b: [node] } }', 'node'],
  ['a draft to be merged', 'refresh: { pullRequest: { merge: automatic, draft: true } }', 'draft'],
  ['a method of no merge', 'refresh: { pullRequest: { method: squash } }', 'method'],
  ['a cron that is none', 'refresh: { schedule: { cron: "0 25 * * *" } }', '"0 25 * * *"'],
  ['a window of one minute', 'refresh: { schedule: { cron: "0 5 * * *" } }', '"0 5 * * *"'],
  ['one among several', 'refresh: { schedule: [{ cron: "*/5 5 * * *" }] }', '"*/5 5 * * *"'],
  ['a time zone that is none', 'refresh: { schedule: { cron: "* 5 * * *", timezone: Here } }', 'Here'],
  [
    'a signature by two',
    'refresh: { signature: { key: a, keyless: { identity: a, issuer: b } } }',
    'signature',
  ],
  ['an update that is none', 'refresh: { update: latest }', 'latest'],
])('%s is refused', (_, more, under) => {
  expect(problemsOf(fileWith({ more })).map(marked)).toEqual([under]);
});

it('asks a signature of the repositories that its globs name, and of all without', () => {
  const some = refresh(
    '{ signature: [{ key: a.pub, images: ["ghcr.io/acme/**", node] }, { key: b.pub, images: [node] }] }',
  );
  const keys = (of: typeof some, name: string) =>
    acceptedSigners(of, parseRepositoryName(name)).map(({ signer }) => signer.kind === 'key' && signer.key);
  expect(keys(some, 'ghcr.io/acme/team/base')).toEqual(['a.pub']);
  expect(keys(some, 'node')).toEqual(['a.pub', 'b.pub']);
  expect(keys(some, 'python')).toEqual([]);
  expect(keys(refresh('{ signature: { key: a.pub } }'), 'python')).toEqual(['a.pub']);
});

it('merges as it is configured, and by hand by default', () => {
  expect(refresh('{}').pullRequest.merge).toEqual({ kind: 'manual' });
  const { merge } = refresh('{ pullRequest: { merge: automatic, method: rebase } }').pullRequest;
  expect(merge).toEqual({ kind: 'automatic', method: 'rebase', deleteBranch: false });
});
