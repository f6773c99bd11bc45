import { beforeEach, expect, it } from 'vitest';
import { environmentNamed } from '../../src/environments/locate.ts';
import { parseEnvironments } from '../../src/environments/parse.ts';
import { findPinnedSince } from '../../src/run/pinned-since.ts';
import { readPins } from '../../src/run/read-pins.ts';
import { fileWith } from '../environments/problems.ts';
import { digestNamed } from '../fixtures/candidates.ts';
import { commitFiles, GIT, git, makeRepository, openCheckout } from '../git/fixture.ts';
import { describeWith } from '../servers/tools.ts';

const ENVIRONMENTS = parseEnvironments(fileWith({}), 'environments.yaml');
const DEV = environmentNamed(ENVIRONMENTS, 'dev');

const pin = (version: string, more = '') =>
  `${more}image: ghcr.io/acme/dev/api:${version}@${digestNamed(version)}\n`;

describeWith(['git'], 'since when an environment pins a digest', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await makeRepository({ 'README.md': 'gitops\n', 'dev/a.yaml': pin('1') });
  });

  const commit = async (files: Readonly<Record<string, string>>, message: string) =>
    await commitFiles(directory, files, message);

  /** The subjects of the commits since which the head's digest is pinned, and how often Git was read. */
  async function since(version: string): Promise<readonly string[] | undefined> {
    const repository = await openCheckout(directory, GIT);
    const files = await readPins({
      effects: { repository: async () => repository },
      environments: ENVIRONMENTS,
      environment: DEV,
    });
    const wanted = [{ image: 'api', digest: digestNamed(version), pins: files.pins }];
    const found = (await findPinnedSince(files, DEV, wanted)).get('api');
    if (found === undefined) return undefined;
    return await Promise.all(
      found.map(async one => await git(directory, 'log', '-1', '--format=%s', one.commit)),
    );
  }

  /** Changes the pin on a branch, and comes back. */
  async function onBranch(): Promise<void> {
    await git(directory, 'checkout', '--quiet', '-b', 'change');
    await commit({ 'dev/a.yaml': pin('2') }, 'Pin 2');
    await git(directory, 'checkout', '--quiet', 'main');
    await commit({ 'README.md': 'newer\n' }, 'Other');
  }

  it('is the first commit, where nothing has changed', async () => {
    expect(await since('1')).toEqual(['first']);
  });

  it.each<[string, readonly (readonly string[])[], string]>([
    ['a merge', [['merge', '--quiet', '--no-ff', '-m', 'Merge it', 'change']], 'Merge it'],
    [
      'a squash',
      [
        ['merge', '--quiet', '--squash', 'change'],
        ['commit', '--quiet', '-m', 'Squash it'],
      ],
      'Squash it',
    ],
    [
      'a rebase',
      [
        ['rebase', '--quiet', 'main', 'change'],
        ['checkout', '--quiet', 'main'],
        ['merge', '--quiet', '--ff-only', 'change'],
      ],
      'Pin 2',
    ],
  ])('is %s, and no commit behind it', async (_, commands, subject) => {
    await onBranch();
    for (const command of commands) await git(directory, ...command);
    await commit({ 'dev/b.yaml': 'a: 1\n', 'README.md': 'newest\n' }, 'Later');
    expect(await since('2')).toEqual([subject]);
  });

  it('begins anew with a rollback and return', async () => {
    await commit({ 'dev/a.yaml': pin('2') }, 'Pin 2');
    await git(directory, 'revert', '--no-edit', 'HEAD');
    expect(await since('1')).toEqual(['Revert "Pin 2"']);
    await git(directory, 'revert', '--no-edit', 'HEAD');
    expect(await since('2')).toEqual([await git(directory, 'log', '-1', '--format=%s')]);
  });

  it('goes on where the file changes around the pin', async () => {
    await commit({ 'dev/a.yaml': pin('1', 'replicas: 2\n') }, 'Scale');
    expect(await since('1')).toEqual(['first']);
  });

  it('begins anew where the file was gone, broken, or pinned another digest beside it', async () => {
    for (const [text, message] of [
      [`${pin('1')}${pin('2').replace('image', 'other')}`, 'Two'],
      ['image: [\n', 'Broken'],
    ] as const) {
      await commit({ 'dev/a.yaml': text }, message);
      await commit({ 'dev/a.yaml': pin('1') }, `After ${message}`);
      expect(await since('1')).toEqual([`After ${message}`]);
    }
  });

  it('is found for each file', async () => {
    await commit({ 'dev/b.yaml': pin('1') }, 'Second');
    expect(await since('1')).toEqual(['first', 'Second']);
  });

  it('is not known where the history that is there ends before it', async () => {
    await commit({ 'dev/a.yaml': pin('2') }, 'Pin 2');
    for (let count = 0; count < 3; count += 1)
      await commit({ 'dev/a.yaml': pin('2', `a: ${count}\n`) }, 'More');
    const repository = await openCheckout(directory, GIT);
    const files = await readPins({
      effects: { repository: async () => repository },
      environments: ENVIRONMENTS,
      environment: DEV,
    });
    const cut = {
      ...files.repository,
      async *history(...asked: Parameters<typeof repository.history>) {
        let left = 2;
        for await (const entry of repository.history(...asked)) {
          if (left === 0) return;
          left -= 1;
          yield entry;
        }
      },
    };
    const wanted = [{ image: 'api', digest: digestNamed('2'), pins: files.pins }];
    expect((await findPinnedSince({ ...files, repository: cut }, DEV, wanted)).get('api')).toBeUndefined();
  });
});
