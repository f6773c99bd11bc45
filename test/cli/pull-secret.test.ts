import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runPromote } from '../built/run-promote.ts';

const PASSWORD = 'marked-secret-password';
const ENVIRONMENTS = `version: 1
images: { api: {}, web: {} }
environments:
  staging:
    { from: build, registry: "ghcr.io/acme/staging", files: ["staging/*.yaml"] }
  production:
    from: staging
    registry: [{ push: "oci:./production", pull: "mirror.acme.com/production" }]
    files: ["production/*.yaml"]
`;

describe('promote pull-secret', () => {
  let directory: string;
  const run = async (env: Readonly<Record<string, string>>, ...args: readonly string[]) =>
    await runPromote(directory, { HOME: directory, ...env }, ['pull-secret', ...args]);
  const path = (name: string) => join(directory, name);
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'promote-pull-secret-'));
    const auth = Buffer.from(`robot:${PASSWORD}`).toString('base64');
    await writeFile(path('environments.yaml'), ENVIRONMENTS);
    await writeFile(path('logins.json'), JSON.stringify({ auths: { 'mirror.acme.com': { auth } } }));
  });
  afterAll(async () => await rm(directory, { recursive: true, force: true }));

  it('prints what a person applies, for the registry that deployment files name', async () => {
    const { code, stdout } = await run({}, 'production', '--from', 'logins.json', '--name', 'regcred');
    const { metadata, data } = parse(stdout);
    expect([code, metadata]).toEqual([0, { name: 'regcred' }]);
    const { auths } = JSON.parse(Buffer.from(data['.dockerconfigjson'], 'base64').toString());
    expect(auths).toMatchObject({ 'mirror.acme.com': { username: 'robot', password: PASSWORD } });
  });

  it('writes a file that its user alone can read, also in place of one that others could', async () => {
    await writeFile(path('secret.yaml'), 'old');
    await chmod(path('secret.yaml'), 0o644);
    const { code, stdout, stderr } = await run(
      {},
      'production',
      '--from',
      'logins.json',
      '--out',
      'secret.yaml',
    );
    expect([code, stdout, stderr]).toEqual([0, '', '']);
    expect((await stat(path('secret.yaml'))).mode & 0o777).toBe(0o600);
    expect(parse(await readFile(path('secret.yaml'), 'utf8')).metadata.name).toBe('promote-production');
    expect((await readdir(directory)).filter(name => name.startsWith('secret.yaml'))).toEqual([
      'secret.yaml',
    ]);
  });

  it.each<[string, Readonly<Record<string, string>>, readonly string[], string]>([
    ['in CI without a file', { CI: 'true' }, ['production', '--from', 'logins.json'], 'give --out'],
    [
      'for a registry without a login',
      {},
      ['staging', '--from', 'logins.json'],
      'ghcr.io: logins.json: it names no login',
    ],
    ['without the file of logins', {}, ['production', '--from', 'none.json'], 'no such file'],
    [
      'under a name that Kubernetes refuses',
      {},
      ['production', '--from', 'logins.json', '--name', 'A b'],
      'no name of',
    ],
    [
      "from the job's own token",
      { CI_JOB_TOKEN: PASSWORD },
      ['production', '--from', 'logins.json'],
      "this job's own token",
    ],
    ['for an environment that is none', {}, ['nowhere', '--from', 'logins.json'], 'nowhere'],
  ])('refuses to make one %s, and shows no password', async (_, env, args, message) => {
    const { code, stdout, stderr } = await run(env, ...args);
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(message)]);
    expect(stderr).not.toContain(PASSWORD);
  });
});
