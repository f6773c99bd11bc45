import { expect, it } from 'vitest';
import { environmentNamed } from '../../src/environments/locate.ts';
import { parseEnvironments } from '../../src/environments/parse.ts';
import type { Repository } from '../../src/git/repository.ts';
import { findPinnedSince } from '../../src/run/pinned-since.ts';
import { readPins } from '../../src/run/read-pins.ts';
import { fileWith } from '../environments/problems.ts';
import { digestNamed } from '../fixtures/candidates.ts';
import * as github from '../forges/github-fixture.ts';
import * as gitlab from '../forges/gitlab-fixture.ts';
import { commitFiles, git, makeRepository } from '../git/fixture.ts';
import { describeWith } from '../servers/tools.ts';

const ENVIRONMENTS = parseEnvironments(fileWith({}), 'environments.yaml');
const DEV = environmentNamed(ENVIRONMENTS, 'dev');

const pin = (version: string) => `image: ghcr.io/acme/dev/api:${version}@${digestNamed(version)}\n`;

/** How a change of the branch `change` comes into main, and the commit that pins since then. */
const WAYS: readonly (readonly [string, readonly (readonly string[])[], version: string, since: string])[] = [
  ['a merge', [['merge', '--quiet', '--no-ff', '-m', 'Merge it', 'change']], '2', 'Merge it'],
  [
    'a squash',
    [
      ['merge', '--quiet', '--squash', 'change'],
      ['commit', '--quiet', '-m', 'Squash it'],
    ],
    '2',
    'Squash it',
  ],
  [
    'a rebase',
    [
      ['rebase', '--quiet', 'main', 'change'],
      ['checkout', '--quiet', 'main'],
      ['merge', '--quiet', '--ff-only', 'change'],
    ],
    '2',
    'Pin 2',
  ],
  [
    'a revert',
    [
      ['merge', '--quiet', '--squash', 'change'],
      ['commit', '--quiet', '-m', 'Squash it'],
      ['revert', '--no-edit', 'HEAD'],
    ],
    '1',
    'Revert "Squash it"',
  ],
];

interface Place {
  readonly repository: Repository;
  readonly calls: () => readonly string[];
}

const PLACES: readonly (readonly [string, (directory: string) => Promise<Place>])[] = [
  [
    'GitHub',
    async directory => {
      const server = await github.useGitHub();
      await github.mirrorOnGitHub(server, directory);
      const { repository } = github.openForge(server);
      return { repository, calls: () => server.calls() };
    },
  ],
  [
    'GitLab',
    async directory => {
      const server = await gitlab.useGitLab();
      await git(directory, 'push', '--quiet', '--force', server.world.bare, 'HEAD:refs/heads/main');
      const { repository } = gitlab.openForge(server);
      return { repository, calls: () => server.calls() };
    },
  ],
];

describeWith(['git'], 'since when a digest is pinned', () => {
  it.each(
    PLACES.flatMap(([forge, open]) =>
      WAYS.map(([way, commands, version, since]) => ({ forge, open, way, commands, version, since })),
    ),
  )('is known on $forge of $way, in four requests', async ({ open, commands, version, since }) => {
    const directory = await makeRepository({ 'README.md': 'gitops\n', 'dev/a.yaml': pin('1') });
    await git(directory, 'checkout', '--quiet', '-b', 'change');
    await commitFiles(directory, { 'dev/a.yaml': pin('2') }, 'Pin 2');
    await git(directory, 'checkout', '--quiet', 'main');
    await commitFiles(directory, { 'README.md': 'newer\n' }, 'Other');
    for (const command of commands) await git(directory, ...command);
    await commitFiles(directory, { 'dev/b.yaml': 'a: 1\n', 'README.md': 'newest\n' }, 'Later');
    const { repository, calls } = await open(directory);
    const files = await readPins({
      effects: { repository: async () => repository },
      environments: ENVIRONMENTS,
      environment: DEV,
    });
    calls();
    const wanted = [{ image: 'api', digest: digestNamed(version), pins: files.pins }];
    const found = (await findPinnedSince(files, DEV, wanted)).get('api');
    const asked = calls();
    // The commits, two trees, and the one text that differs.
    expect(asked, asked.join('\n')).toHaveLength(4);
    const subjects = new Map<string, string>();
    for await (const { commit, message } of repository.history(files.head.commit, () => true))
      subjects.set(commit, message.split('\n', 1).join(''));
    expect(found?.map(({ commit }) => subjects.get(commit))).toEqual([since]);
  });
});
