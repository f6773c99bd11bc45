import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hostsNamedIn } from '../../src/cli/special-hosts.ts';
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
    expect(await hostsNamedIn(io, 'environments.yaml')).toBeUndefined();
    await writeFile(join(io.cwd, 'environments.yaml'), 'version: 2');
    expect(await hostsNamedIn(io, 'environments.yaml')).toBeUndefined();
  });

  it('goes by no half of one: it is sound, or the command ends', async () => {
    const io = await place({ 'environments.yaml': naming('many') });
    const reading = hostsNamedIn(io, 'environments.yaml');
    await expect(reading).rejects.toMatchObject({ code: 'CONFIGURATION' });
  });

  it('ends where the file that is named is not there', async () => {
    const io = await place({ 'a.yaml': 'a: 1' });
    await expect(hostsNamedIn(io, 'other.yaml')).rejects.toMatchObject({ code: 'CONFIGURATION' });
  });

  it('reads it in CI at the head of its branch, not as a pull request has it', async () => {
    const io = await place({ 'environments.yaml': naming('16') }, { CI: 'true' });
    await writeFile(join(io.cwd, 'environments.yaml'), naming('99'));
    expect(await requestsAt(io, 'environments.yaml')).toBe(16);
  });
});

const HOST = 'registry.internal:5000';

function naming(requests: string): string {
  return `version: 1
images: { api: {} }
hosts: { "${HOST}": { requests: ${requests} } }
environments:
  dev: { from: build, registry: "oci:../dev", files: ["dev.yaml"], commit: direct }
`;
}

async function requestsAt(...asked: Parameters<typeof hostsNamedIn>): Promise<number | undefined> {
  return (await hostsNamedIn(...asked))?.connections.get(HOST)?.requests;
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
