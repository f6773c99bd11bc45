import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { CommitIdentity } from '../../src/git/author.ts';
import { withSignature } from '../../src/git/signing/signed-commit.ts';
import { readSshKey } from '../../src/git/signing/ssh-key.ts';
import { sshSigner } from '../../src/git/signing/sshsig.ts';
import { change, git, makeRepository } from '../git/fixture.ts';
import { JOB } from '../servers/github/job-token.ts';
import { fields } from '../servers/github/request.ts';
import { tokenOf } from '../servers/github.ts';
import { describeWith } from '../servers/tools.ts';
import { openForge, pushFiles, useGitHub } from './github-fixture.ts';

const VALUES = 'apps/api/qa/values.yaml';
const BOT = { name: 'Bot', email: 'bot@acme.example' };
const PEM = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

describeWith(['git', 'ssh-keygen'], 'a signed commit on GitHub', () => {
  it('is what was signed, so that Git verifies it', async () => {
    const { commit, notices, written } = await shop();
    expect((await commit({ author: BOT, signOff: true, sign: sshSigner(PEM) })).kind).toBe('committed');
    const { payload, signature } = fields(written().verification);
    const directory = await makeRepository({ 'a.yaml': 'a\n' });
    const object = withSignature(Buffer.from(String(payload)), String(signature), false);
    const name = execFileSync('git', ['-C', directory, 'hash-object', '-t', 'commit', '-w', '--stdin'], {
      input: object,
    });
    const allowed = join(directory, 'allowed');
    const key = readSshKey(PEM).publicKey.toString('base64');
    writeFileSync(allowed, `${BOT.email} ssh-ed25519 ${key}\n`);
    const config = `gpg.ssh.allowedSignersFile=${allowed}`;
    await git(directory, '-c', config, 'verify-commit', name.toString().trim());
    expect(String(payload)).toContain('Signed-off-by: Bot <bot@acme.example>');
    expect(notices()).toEqual([expect.stringMatching(/unknown_key.*Add the public key/)]);
  });

  it('is not made where GitHub wrote something else, or nobody is named', async () => {
    const { commit, server, head } = await shop();
    server.faults = line =>
      line.endsWith('/git/commits') && line.startsWith('POST')
        ? {
            when: 'instead',
            status: 201,
            body: { sha: head, verification: { verified: true, reason: 'valid', payload: 'other' } },
          }
        : undefined;
    await expect(commit({ author: BOT, sign: sshSigner(PEM) })).rejects.toMatchObject({ code: 'GIT' });
    await expect(commit({ sign: sshSigner(PEM) })).rejects.toMatchObject({ code: 'CONFIGURATION' });
  });

  it('is signed by GitHub itself for a job, though the variables name somebody', async () => {
    const { commit, written } = await shop(JOB);
    expect((await commit({ sign: 'forge' })).kind).toBe('committed');
    expect(fields(written().author).name).not.toBe('Ann');
  });

  it('is not made by a person, for whom GitHub signs nothing', async () => {
    const { commit, head, main } = await shop('alice');
    await expect(commit({ sign: 'forge' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
      hint: expect.stringContaining('commits.signing.ssh'),
    });
    expect(await main()).toBe(head);
  });
});

async function shop(login = 'alice') {
  const server = await useGitHub();
  const head = await pushFiles(server, { [VALUES]: 'image: a\n' });
  const notices: string[] = [];
  const { repository } = openForge(server, {
    auth: { kind: 'token', token: tokenOf(login) },
    identity: login === JOB ? { author: { name: 'Ann', email: 'ann@example.com' } } : undefined,
    notice: text => notices.push(text),
  });
  const commit = async (as: CommitIdentity) =>
    await repository.commit(change(head, { [VALUES]: 'image: b\n' }, { as }));
  const main = async () => (await repository.head())?.commit;
  return {
    server,
    head,
    commit,
    main,
    notices: () => notices,
    written: () => fields(server.world.commits.at(-1)),
  };
}
