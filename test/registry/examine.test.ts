import { expect, it, onTestFinished } from 'vitest';
import { pushImage } from '../../src/demo/image.ts';
import { createHttp } from '../../src/http/http.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import type { Credential } from '../../src/registry/auth/credentials-file.ts';
import { type Examination, openExaminer } from '../../src/registry/remote/examine.ts';
import type { Registry, RegistryOptions } from '../servers/registry.ts';
import { registryFor, steps, storesAt } from './remote-place.ts';
import { sample } from './store-contract.ts';

const user = async (): Promise<Credential> => ({ kind: 'basic', username: 'user', password: 'secret' });
const stranger = async (): Promise<Credential> => ({ kind: 'basic', username: 'user', password: 'hunter2' });
const nobody = async () => undefined;
const NOON = Date.parse('2026-11-30T12:00:00Z');

interface Asked {
  readonly credentials?: () => Promise<Credential | undefined>;
  readonly writeProbe?: boolean;
  readonly from?: string;
  readonly repository?: string;
}

const image = sample('examined');

/** Pushes one image to `dev/api` and asks what a login may do there, or in another repository. */
async function examine(options: RegistryOptions, asked: Asked = {}) {
  const { credentials = user, writeProbe = false, from, repository = 'dev/api' } = asked;
  const repositories = new Map();
  const open = await registryFor({ repositories });
  await pushImage(storesAt(open.host)('dev/api'), image, '1.0');
  const registry = await registryFor({ ...options, repositories });
  const http = createHttp({ retry: { sleep: nobody } });
  onTestFinished(() => http.close());
  const named = (path: string) => parseRepositoryName(`${registry.host}/${path}`);
  const found = await openExaminer({ http, credentials, writeProbe, time: () => NOON })({
    repository: named(repository),
    digest: image.index.descriptor.digest,
    isTarget: true,
    from: from === undefined ? undefined : named(from),
  });
  return { found, registry, repositories };
}

const kinds = ({ list, pull, push, mount, referrers }: Examination) => ({
  list: list.kind,
  pull: pull.kind,
  push: push?.kind,
  mount: mount?.kind,
  referrers,
});

const bearer = (more: object = {}): RegistryOptions => ({ auth: { kind: 'bearer', jwt: true, ...more } });

it.each<[string, RegistryOptions, Asked, object]>([
  [
    'a token that grants all',
    bearer(),
    { from: 'build/api' },
    { push: 'yes', mount: 'yes', pull: 'yes', list: 'yes' },
  ],
  [
    'a token that grants pulls',
    bearer({ may: ['pull'] }),
    { from: 'build/api' },
    { push: 'no', mount: 'no', pull: 'yes' },
  ],
  ['a token that does not say', { auth: { kind: 'bearer' } }, {}, { push: 'unknown', pull: 'yes' }],
  ['a password', { auth: { kind: 'basic' } }, {}, { push: 'unknown', pull: 'yes', list: 'yes' }],
  [
    'a wrong password',
    bearer(),
    { credentials: stranger },
    { push: 'no', pull: 'no', list: 'no', referrers: 'unknown' },
  ],
  [
    'nobody at a public registry',
    bearer(),
    { credentials: nobody },
    { push: 'no', pull: 'yes', list: 'yes' },
  ],
  ['a registry that asks for no login', {}, { credentials: nobody }, { push: 'unknown', pull: 'yes' }],
  ['a registry that lists nothing', { lists: false }, {}, { list: 'no', pull: 'yes' }],
  ['a registry with the referrers API', {}, {}, { referrers: 'api' }],
  ['a registry without it', { referrers: false }, {}, { referrers: 'fallback' }],
  [
    'a repository that nobody pushed to',
    bearer(),
    { repository: 'new' },
    { list: 'empty', pull: 'yes', push: 'yes' },
  ],
])('knows what may be done with %s', async (_, options, asked, expected) => {
  const { found, registry } = await examine(options, asked);
  expect(kinds(found)).toMatchObject(expected);
  expect(steps(registry.requests()).filter(step => !/^(?:GET|HEAD)/.test(step))).toEqual([]);
});

it.each<[string, RegistryOptions, object]>([
  ['may push', { auth: { kind: 'basic' } }, { push: 'yes', mount: 'yes' }],
  ['may pull alone', bearer({ may: ['pull'] }), { push: 'no', mount: 'no' }],
  ['may push, and not delete', bearer({ may: ['pull', 'push'] }), { push: 'yes', mount: 'yes' }],
])('begins an upload and cancels it, as a login that %s', async (_, options, expected) => {
  const { found, registry, repositories } = await examine(options, {
    writeProbe: true,
    from: 'build/api',
    repository: 'prod/api',
  });
  expect(kinds(found)).toMatchObject(expected);
  const asked = registry.requests();
  const begun = asked.filter(({ method, status }) => method === 'POST' && status === 202).length;
  expect(asked.filter(({ method }) => method === 'DELETE').length).toBeGreaterThanOrEqual(begun);
  expect([...repositories.keys()]).toEqual(['dev/api']);
});

it('reads how far the clocks are apart, and whom it logs in as', async () => {
  const headers = () => ({ date: new Date(NOON + 600_000).toUTCString() });
  const { found } = await examine({ auth: { kind: 'basic' }, headers });
  expect(found).toMatchObject({ ahead: 600_000, login: 'user' });
});

it('says that a registry cannot be reached, after as many tries as it is given', async () => {
  const registry: Registry = await registryFor({ faults: () => 'reset' });
  const http = createHttp({ retry: { sleep: nobody, tries: 2 } });
  onTestFinished(() => http.close());
  const asking = openExaminer({ http, credentials: nobody, writeProbe: false, time: () => NOON });
  const examined = { repository: parseRepositoryName(`${registry.host}/a`), isTarget: true };
  await expect(asking(examined)).rejects.toMatchObject({ code: 'UNREACHABLE' });
  expect(registry.requests()).toHaveLength(2);
});

it('names the identity that a cloud has given a login, and not the user that is the same for all', async () => {
  const given = { kind: 'basic', username: 'user', password: 'secret', identity: 'Google a@b.iam' } as const;
  expect((await examine({}, { credentials: async () => given })).found).toMatchObject({
    login: 'Google a@b.iam',
  });
});
