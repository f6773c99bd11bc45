import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { gitIdentity } from '../../src/cli/git-person.ts';
import { temporaryDirectory } from '../git/fixture.ts';
import { describeWith } from '../servers/tools.ts';

const CONFIGURED = `[user]
  name = Configured
  email = user@acme.example
[format]
  signoff
`;

const COMMITTER = `${CONFIGURED}[committer]
  name = Bot
  email = bot@acme.example
`;

describeWith(['git'], 'whom commits name', () => {
  it.each<[string, string, Readonly<Record<string, string>>, string, string, boolean]>([
    [
      'promote, where nothing is set in CI',
      '',
      {},
      'promote noreply@gitops-promote.dev',
      'promote noreply@gitops-promote.dev',
      false,
    ],
    [
      "Git's configuration, in CI too",
      CONFIGURED,
      {},
      'Configured user@acme.example',
      'Configured user@acme.example',
      true,
    ],
    ['a committer of their own', COMMITTER, {}, 'Configured user@acme.example', 'Bot bot@acme.example', true],
    [
      "Git's variables before its configuration",
      COMMITTER,
      {
        GIT_AUTHOR_NAME: 'Ada',
        GIT_AUTHOR_EMAIL: 'ada@acme.example',
        GIT_COMMITTER_EMAIL: 'ci@acme.example',
      },
      'Ada ada@acme.example',
      'Bot ci@acme.example',
      true,
    ],
    [
      'the author of the variables as committer, where nothing names one',
      '',
      { GIT_AUTHOR_NAME: 'Ada', GIT_AUTHOR_EMAIL: 'ada@acme.example' },
      'Ada ada@acme.example',
      'Ada ada@acme.example',
      false,
    ],
    [
      'no sign-off, where that is off',
      '[format]\n  signOff = no\n',
      {},
      'promote noreply@gitops-promote.dev',
      'promote noreply@gitops-promote.dev',
      false,
    ],
  ])('%s', async (_, config, variables, author, committer, signOff) => {
    const cwd = await temporaryDirectory();
    const global = join(cwd, 'config');
    await writeFile(global, config);
    const { PATH } = process.env;
    const env = { PATH, CI: 'true', GIT_CONFIG_GLOBAL: global, GIT_CONFIG_SYSTEM: '/dev/null', ...variables };
    const named = gitIdentity({ env, cwd });
    expect(`${named.author.name} ${named.author.email}`).toBe(author);
    expect(`${named.committer?.name} ${named.committer?.email}`).toBe(committer);
    expect(named.signOff).toBe(signOff);
  });
});
