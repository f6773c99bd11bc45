import { expect, it } from 'vitest';
import { assertUnseen } from '../../src/commands/site.ts';
import type { Deployment } from '../../src/environments/environments.ts';
import type { Visibility } from '../../src/forges/visibility.ts';
import type { Effects } from '../../src/run/effects.ts';
import { environments } from '../fixtures/candidates.ts';

const HOME = 'https://forge.example/acme/gitops';
const repository = async (of: Deployment) => ({ name: of.repository ?? HOME }) as never;

function seen(visibility: Visibility | undefined): Pick<Effects, 'shownOn' | 'repository'> {
  const shown = visibility && { visibility: async () => visibility, commitUrl: String };
  return { repository, shownOn: async () => shown };
}

it('lets a page about a private repository be written', async () => {
  await assertUnseen(seen({ kind: 'private' }), environments());
});

it.each<[string, Visibility | undefined, RegExp]>([
  ['is public', { kind: 'public', what: 'gitops is public' }, /gitops is public/],
  ['may be public', { kind: 'unknown', why: 'nobody says', hint: 'ask' }, /nobody says/],
  ['is on no forge', undefined, /no forge says who may see https:\/\/forge\.example\/acme\/gitops/],
])('refuses one about a repository that %s', async (_, visibility, message) => {
  await expect(assertUnseen(seen(visibility), environments())).rejects.toMatchObject({
    code: 'FORBIDDEN',
    message: expect.stringMatching(message),
    hint: expect.stringMatching(/--public.*--serve/),
  });
});

it('refuses it where nothing can be asked', async () => {
  await expect(assertUnseen({ repository }, environments())).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

it('refuses one that a public repository publishes, whatever it is about, and asks each place once', async () => {
  const asked: (string | undefined)[] = [];
  const shownOn = async (of: Deployment) => {
    asked.push(of.repository);
    const isOurs = of.repository === undefined || of.repository === HOME;
    const visibility = isOurs
      ? { kind: 'private' as const }
      : { kind: 'public' as const, what: 'web is public' };
    return { visibility: async () => visibility, commitUrl: String };
  };
  await assertUnseen({ repository, shownOn }, environments(), [{ repository: HOME }]);
  expect(asked).toHaveLength(1);
  const web = [{ repository: HOME }, { repository: 'https://forge.example/acme/web' }];
  await expect(assertUnseen({ repository, shownOn }, environments(), web)).rejects.toThrow('web is public');
});
