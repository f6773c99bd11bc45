import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runPromote } from '../built/run-promote.ts';
import { newPrivateKey, publicPem } from '../signing/keys.ts';

const ENVIRONMENTS = `version: 1
images: { api: {} }
environments:
  staging: { from: build, registry: ghcr.io/acme/staging, files: ["staging/*"] }
  production:
    from: staging
    registry: ghcr.io/acme/production
    files: ["production/*"]
    signing: { key: env://NOT_AT_HAND, publicKey: production.pub, formats: [legacy] }
`;

describe('promote policy', () => {
  let directory: string;
  const run = async (...args: readonly string[]) =>
    await runPromote(directory, { HOME: directory }, ['policy', ...args]);
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'promote-policy-'));
    await writeFile(join(directory, 'environments.yaml'), ENVIRONMENTS);
    await writeFile(join(directory, 'production.pub'), publicPem(newPrivateKey()));
  });
  afterAll(async () => await rm(directory, { recursive: true, force: true }));

  it('prints the policy without the private key, and beside one without comments the notes', async () => {
    const kyverno = await run('production', '--format', 'kyverno', '--for', '1.14');
    expect(kyverno).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('kind: ClusterPolicy'),
      stderr: '',
    });
    const { code, stdout, stderr } = await run('production', '--format', 'containers-policy');
    expect([code, Object.keys(JSON.parse(stdout))]).toEqual([0, ['default', 'transports']]);
    expect(stderr).toContain('use-sigstore-attachments');
  });

  it('notices that one key has two names', async () => {
    const text = (key: string) =>
      `${ENVIRONMENTS}  live:
    from: production
    registry: ghcr.io/acme/live
    files: ["live/*"]
    signing: { key: env://NOT_AT_HAND, publicKey: ${key}, formats: [legacy] }
`;
    const pem = await readFile(join(directory, 'production.pub'), 'utf8');
    await writeFile(join(directory, 'copy.pub'), pem);
    await writeFile(join(directory, 'live.pub'), publicPem(newPrivateKey()));
    const answer = async (key: string) => {
      await writeFile(join(directory, 'two.yaml'), text(key));
      return await run('production', '--format', 'containers-policy', '--file', 'two.yaml');
    };
    expect(await answer('copy.pub')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('live'),
    });
    expect(await answer('live.pub')).toMatchObject({ code: 0 });
  });

  it.each<[string, readonly string[]]>([
    ['a version that does not read what is signed', ['production', '--format', 'cosign', '--for', '3.1']],
    ['no version', ['production', '--format', 'kyverno']],
    ['no format', ['production']],
    ['an environment that signs nothing', ['staging', '--format', 'kyverno', '--for', '1.19']],
    ['an environment that there is not', ['qa', '--format', 'kyverno', '--for', '1.19']],
  ])('exits with 2 and prints no policy for %s', async (_, args) => {
    expect(await run(...args)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/promote/),
    });
  });
});
