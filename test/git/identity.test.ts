import { generateKeyPairSync } from 'node:crypto';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type CommitIdentity, cleanMessage } from '../../src/git/author.ts';
import { sshSigner } from '../../src/git/signing/sshsig.ts';
import { startGitHttp } from '../servers/git-http.ts';
import { describeWith } from '../servers/tools.ts';
import { change, GIT, git, makeBare, makeRepository, open } from './fixture.ts';

const BOT = { name: 'Bot', email: 'bot@acme.example' };
const ADA = { name: 'Ada', email: 'ada@acme.example' };
const MESSAGE = 'chore(qa): promote api\n\nPromote-Environment: qa';

/** Rules as houses have them, as hooks of a server that refuse what breaks them, in the words of GitLab. */
const HOOKS: Readonly<Record<string, string>> = {
  'no sign-off': `git log -1 --format=%B $c | grep -q "^Signed-off-by: $(git log -1 --format='%an <%ae>' $c)$" || refuse 'Commit must contain a DCO signature'`,
  'another committer': `[ "$(git log -1 --format=%ce $c)" = bot@acme.example ] || refuse 'You cannot push commits for others'`,
  'another author': `[ "$(git log -1 --format=%an $c)" = Ada ] || refuse 'Author is not a member of team'`,
  'no signature': `git cat-file commit $c | grep -q '^gpgsig ' || refuse 'Commit must be signed with a GPG key'`,
  'another subject': `git log -1 --format=%s $c | grep -qE '^(feat|fix|chore)(\\(.+\\))?: ' || refuse 'Commit message does not follow the pattern'`,
};

const AS: CommitIdentity = {
  author: ADA,
  committer: BOT,
  signOff: true,
  sign: sshSigner(
    generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  ),
};

/** What breaks one rule each, and the setting that cures it. */
const WRONG: readonly (readonly [setting: string, CommitIdentity, message?: string])[] = [
  ['commits.signOff', { signOff: false }],
  ['commits.committer', { committer: ADA }],
  ['commits.author', { author: BOT }],
  ['commits.signing', { sign: undefined }],
  ['commits.message', {}, 'Promote api\n\nPromote-Environment: qa'],
];

describeWith(['git'], 'a commit by the rules of a house', () => {
  for (const executable of [GIT, undefined]) {
    const how = executable === undefined ? 'without git' : 'with git';

    it(`passes every hook once they are set, and none before, ${how}`, async () => {
      const { commit, bare } = await houseOf(HOOKS, executable);
      // A server refuses the same of both.
      const refused = executable === undefined;
      for (const [setting, asked, message = MESSAGE] of refused ? WRONG : []) {
        await expect(commit(message, { ...AS, ...asked }), setting).rejects.toMatchObject({
          code: 'FORBIDDEN',
          hint: expect.stringContaining(setting),
        });
      }
      expect(await commit(MESSAGE, AS)).toBe('committed');
      expect(await git(bare, 'log', '-1', '--format=%an %ae|%cn %ce|%(trailers:only,unfold)', 'main')).toBe(
        'Ada ada@acme.example|Bot bot@acme.example|Promote-Environment: qa\nSigned-off-by: Ada <ada@acme.example>',
      );
    });

    it(`names the author as committer too, where only that one is asked for, ${how}`, async () => {
      const { commit, bare } = await houseOf({}, executable);
      await commit(MESSAGE, { author: ADA });
      expect(await git(bare, 'log', '-1', '--format=%an|%cn', 'main')).toBe('Ada|Ada');
    });
  }
});

it('signs a message off once, in the paragraph of its trailers', () => {
  const trailer = 'Signed-off-by: Ada <ada@acme.example>';
  expect(cleanMessage('One\n', ADA)).toBe(`One\n\n${trailer}\n`);
  expect(cleanMessage('One\n\nA: b\n', ADA)).toBe(`One\n\nA: b\n${trailer}\n`);
  expect(cleanMessage(`One\n\n${trailer}`, ADA)).toBe(`One\n\n${trailer}\n`);
});

/** A server whose hook holds these rules, and a way to push a commit to it. */
async function houseOf(hooks: Readonly<Record<string, string>>, executable: string | undefined) {
  const work = await makeRepository({ 'qa/values.yaml': 'image: a\n' });
  const { root, bare } = await makeBare(work, 'http.receivepack=true');
  const hook = join(bare, 'hooks', 'pre-receive');
  const script = `#!/bin/sh
refuse() { echo "GitLab: $1" >&2; exit 1; }
while read o n r; do for c in $(git rev-list $n --not --all); do
${Object.values(hooks).join('\n') || ':'}
done; done
`;
  await writeFile(hook, script);
  await chmod(hook, 0o755);
  const server = await startGitHttp(root);
  onTestFinished(() => server.close());
  const repository = await open({ kind: 'remote', url: `${server.url}/origin.git` }, executable);
  const head = (await repository.head())?.commit ?? '';
  const commit = async (message: string, as: CommitIdentity) =>
    (await repository.commit(change(head, { 'qa/values.yaml': 'image: b\n' }, { message, as }))).kind;
  return { commit, bare };
}
