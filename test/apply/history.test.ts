import { describe, expect, it } from 'vitest';
import { environmentNamed } from '../../src/environments/locate.ts';
import { PromoteError } from '../../src/errors.ts';
import { readHistory, readHistoryRecords } from '../../src/run/history/history.ts';
import { digestNamed, environment, environments } from '../fixtures/candidates.ts';
import { commitFiles, git, makeRepository, openCheckout } from '../git/fixture.ts';
import { findProgram } from '../servers/tools.ts';

const QA = environment();
const ALL = environments(QA);

describe('the history of an environment', () => {
  it.each([
    ['all of it, newest first', {}, ['Edit', 'Both', 'Web', 'Api']],
    ['one image', { image: 'web' }, ['Both', 'Web']],
    ['the newest', { limit: 2 }, ['Edit', 'Both']],
    ['the newest of one image', { image: 'web', limit: 1 }, ['Both']],
  ])('tells %s', async (_, request, subjects) => {
    const directory = await makeRepository({ 'qa/api.yaml': values('api', '1') });
    await git(directory, 'commit', '--quiet', '--amend', '--message=Api');
    await commitFiles(directory, { 'qa/web.yaml': values('web', '1') }, 'Web');
    const both = { 'qa/api.yaml': values('api', '2'), 'qa/web.yaml': values('web', '2') };
    await commitFiles(directory, both, 'Both');
    await commitFiles(
      directory,
      { 'qa/web.yaml': `# why\n${values('web', '2')}`, 'dev/x.yaml': 'a: 1\n' },
      'Explain',
    );
    await commitFiles(directory, { 'qa/api.yaml': values('api', '3') }, 'Edit');
    const repository = await openCheckout(directory, findProgram('git'));
    const head = { branch: 'main', commit: await git(directory, 'rev-parse', 'HEAD') };
    const events = await readHistory(ALL, QA, { repository, head }, request);
    expect(events.map(({ subject }) => subject)).toEqual(subjects);
  });

  it('goes on past a version that cannot be read, and says which', async () => {
    const directory = await makeRepository({ 'qa/api.yaml': values('api', '1') });
    await commitFiles(directory, { 'qa/api.yaml': 'image: [registry.example/qa/api\n' }, 'Break');
    await commitFiles(directory, { 'qa/api.yaml': values('api', '2') }, 'Mend');
    const repository = await openCheckout(directory, findProgram('git'));
    const head = { branch: 'main', commit: await git(directory, 'rev-parse', 'HEAD') };
    const [mended, broken] = await readHistory(ALL, QA, { repository, head });
    expect([mended?.unreadable, broken?.unreadable]).toEqual([['qa/api.yaml'], ['qa/api.yaml']]);
    expect(mended?.images[0]?.after).toMatchObject([{ digest: digestNamed('2') }]);
  });
});

it('knows of both environments what several of their files say together', async () => {
  const compose = (name: string) =>
    `services: { api: { image: "registry.example/${name}/api:${'$'}{TAG:-1}" } }\n`;
  const files = (name: string, version: string) => ({
    [`${name}/.env`]: `TAG=${version}@${digestNamed(version)}\n`,
  });
  const all = {
    ...ALL,
    environments: ALL.environments.map(known => ({
      ...known,
      files: [`${known.name}/*`, `${known.name}/.env`],
    })),
  };
  const directory = await makeRepository({
    'dev/compose.yaml': compose('dev'),
    'qa/compose.yaml': compose('qa'),
  });
  await commitFiles(directory, { ...files('dev', '1'), ...files('qa', '1') }, 'First');
  await commitFiles(directory, files('dev', '2'), 'Build');
  await commitFiles(directory, files('qa', '2'), 'Promote');
  await commitFiles(directory, files('qa', '3'), 'Edit');
  const repository = await openCheckout(directory, findProgram('git'));
  const head = { branch: 'main', commit: await git(directory, 'rev-parse', 'HEAD') };
  const events = await readHistory(all, environmentNamed(all, 'qa'), { repository, head });
  const told = events.map(({ subject, images }) => [subject, images.map(({ kind }) => kind)]);
  expect(told.slice(0, 2)).toEqual([
    ['Edit', ['edit']],
    ['Promote', ['promotion']],
  ]);
});

describe('the history of an environment that shares its file', () => {
  const at = (name: string) => [{ path: 'all.yaml', at: `a[env=${name}]` }];
  const all = {
    ...ALL,
    environments: ALL.environments.map(known => ({ ...known, files: ['all.yaml'], places: at(known.name) })),
  };
  const text = (dev: string, qa: string, more = '') =>
    `a:\n${more}${[
      ['dev', dev],
      ['qa', qa],
    ]
      .map(
        ([env, version = '']) =>
          `  - env: ${env}\n    image: registry.example/${env}/api@${digestNamed(version)}\n`,
      )
      .join('')}`;

  it('is of its own place, and knows what the one before it pinned in another', async () => {
    const directory = await makeRepository({ 'all.yaml': 'a: []\n' });
    const steps = [text('1', '1'), text('2', '1'), text('2', '2'), text('3', '2', '  - env: x\n')];
    for (const [index, step] of steps.entries())
      await commitFiles(directory, { 'all.yaml': step }, `Step ${index}`);
    const repository = await openCheckout(directory, findProgram('git'));
    const head = { branch: 'main', commit: await git(directory, 'rev-parse', 'HEAD') };
    const [dev, qa] = ['dev', 'qa'].map(name => environmentNamed(all, name));
    if (dev === undefined || qa === undefined) throw new Error('no environment');
    const events = await readHistory(all, qa, { repository, head });
    const seen = events.map(({ subject, images }) => [
      subject,
      images[0]?.kind,
      images[0]?.moves[0]?.locator,
    ]);
    expect(seen).toEqual([
      ['Step 2', 'promotion', 'a[env=qa].image'],
      ['Step 0', 'promotion', 'a[env=qa].image'],
    ]);
    const ofDev = await readHistory(all, dev, { repository, head });
    expect(ofDev.map(({ subject }) => subject)).toEqual(['Step 3', 'Step 1', 'Step 0']);
    expect(events.flatMap(({ unreadable }) => unreadable)).toEqual([]);
  });
});

function values(image: string, version: string): string {
  return `image:\n  repository: registry.example/qa/${image}\n  tag: "${version}@${digestNamed(version)}"\n`;
}

it.each<[string, object]>([
  ['the registry', { signing: async () => ({ trust: {} }), store: () => ({ referrers: refuse }) }],
  ['the key', { signing: refuse }],
])('is told although %s cannot be read', async (_, effects) => {
  const signing = { signer: { kind: 'key', key: 'k' }, trusted: [], formats: ['bundle'] };
  const qa = Object.assign(environment(), { signing });
  const move = { tag: '2', digest: digestNamed('api 2'), value: '2' };
  const change = { image: 'api', kind: 'promotion', before: [], after: [move], moves: [] };
  const read = await readHistoryRecords(Object.assign(Object.create(null), effects), environments(qa), qa, [
    Object.assign(Object.create(null), { images: [change], trailers: {} }),
  ]);
  expect(read).toMatchObject({ records: [], unread: [{ message: 'no answer' }] });
});

async function refuse(): Promise<never> {
  throw new PromoteError('UNREACHABLE', 'no answer');
}
