import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { settingsNamedIn } from '../../src/cli/named-settings.ts';
import { makeRepository } from '../git/fixture.ts';
import { describeWith } from '../servers/tools.ts';

describeWith(['git'], 'a command that needs no environments file', () => {
  it.each([{}, { CI: 'true' }])('takes the hosts of one that is there, with %j', async env => {
    const io = await place({ 'environments.yaml': naming('16') }, env);
    expect(await requestsAt(io, 'environments.yaml')).toBe(16);
    expect(await requestsAt({ ...io, cwd: '/' }, join(io.cwd, 'environments.yaml'))).toBe(16);
  });

  it('needs none, and none that is sound where it names no hosts', async () => {
    const io = await place({ 'a.yaml': 'a: 1' });
    expect(await settingsNamedIn(io, 'environments.yaml')).toEqual(NOTHING);
    await writeFile(join(io.cwd, 'environments.yaml'), 'version: 2');
    expect(await settingsNamedIn(io, 'environments.yaml')).toEqual(NOTHING);
  });

  it.each([
    'signing: { key: cosign.key, repository: "oci:./evidence" }',
    'signing:\n  # where it is kept\n\n  key: cosign.key\n  repository: "oci:./evidence"',
  ])('takes where evidence is kept from %j', async signing => {
    const text = naming('16').replace(/^hosts.*$/m, signing);
    const { evidence } = await settingsNamedIn(
      await place({ 'environments.yaml': text }),
      'environments.yaml',
    );
    expect([...evidence]).toEqual([['oci:../dev/api', 'oci:./evidence']]);
  });

  it('goes by no half of one: it is sound, or the command ends', async () => {
    const io = await place({ 'environments.yaml': naming('many') });
    const reading = settingsNamedIn(io, 'environments.yaml');
    await expect(reading).rejects.toMatchObject({ code: 'CONFIGURATION' });
  });

  it('ends where the file that is named is not there', async () => {
    const io = await place({ 'a.yaml': 'a: 1' });
    await expect(settingsNamedIn(io, 'other.yaml')).rejects.toMatchObject({ code: 'CONFIGURATION' });
  });

  it('reads it in CI at the head of its branch, not as a pull request has it', async () => {
    const io = await place({ 'environments.yaml': naming('16') }, { CI: 'true' });
    await writeFile(join(io.cwd, 'environments.yaml'), naming('99'));
    expect(await requestsAt(io, 'environments.yaml')).toBe(16);
  });
});

const NOTHING = { hosts: undefined, evidence: new Map() };
const HOST = 'registry.internal:5000';

function naming(requests: string): string {
  return `version: 1
images: { api: {} }
hosts: { "${HOST}": { requests: ${requests} } }
environments:
  dev: { from: build, registry: "oci:../dev", files: ["dev.yaml"], commit: direct }
`;
}

async function requestsAt(...asked: Parameters<typeof settingsNamedIn>): Promise<number | undefined> {
  return (await settingsNamedIn(...asked)).hosts?.connections.get(HOST)?.requests;
}

async function place(files: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}) {
  const sink = { write: () => true };
  const signal = AbortSignal.timeout(30_000);
  return {
    cwd: await makeRepository(files),
    env: { PATH: process.env.PATH, ...env },
    stdout: sink,
    stderr: sink,
    signal,
  };
}
