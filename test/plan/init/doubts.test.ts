import { expect, it } from 'vitest';
import { gitOwner, isDoubtful } from '../../../src/plan/init/owner.ts';

it.each([
  ['https://github.com/acme/gitops.git', 'acme'],
  ['git@github.com:acme/gitops.git', 'acme'],
  ['ssh://git@gitlab.example:22/acme/sub/gitops', 'acme'],
  ['/srv/git/gitops.git', undefined],
  [undefined, undefined],
])('the owner of %s is %s', (address, expected) => {
  expect(gitOwner(address)).toBe(expected);
});

it.each([
  ['docker.io/linuxserver', 'acme', true],
  ['ghcr.io/acme/production', 'acme', false],
  ['ghcr.io/Acme', 'acme', false],
  ['ghcr.io/acme', undefined, true],
  ['registry.acme.example/production', undefined, false],
])('a push to %s by %s is doubtful: %s', (registry, owner, expected) => {
  expect(isDoubtful(registry, owner)).toBe(expected);
});
