import { symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { loadEnvironments } from '../../src/cli/environments-file.ts';
import { readKeyText } from '../../src/cli/read-named.ts';
import type { GitRepository } from '../../src/git/open.ts';
import {
  commitFiles,
  GIT,
  git,
  makeBare,
  makeRepository,
  openCheckout,
  temporaryDirectory,
} from '../git/fixture.ts';
import { describeWith } from '../servers/tools.ts';

describeWith(['git'], 'an environments file at the head of a branch', () => {
  it('names files from itself on, and by absolute paths on disk', async () => {
    const { io, file, open } = await place({ 'sub/environments.yaml': FILE, 'sub/root.json': 'committed' });
    const outside = join(await temporaryDirectory(), 'root.json');
    await writeFile(outside, 'on disk');
    const { read } = await loadEnvironments(io, file, open);
    expect(await read('root.json')).toBe('committed');
    expect(await read(outside)).toBe('on disk');
    expect(await readKeyText(io, outside, read)).toBe('on disk');
  });

  it('governs what lies in its checkout, however that is named', async () => {
    const { io, file, open } = await place({ 'sub/environments.yaml': FILE, 'keys/a.pub': 'committed' });
    await writeFile(join(io.cwd, 'keys/a.pub'), 'of the pull request');
    const link = join(await temporaryDirectory(), 'link');
    await symlink(io.cwd, link);
    const { read } = await loadEnvironments(io, file, open);
    const again = join('..', '..', basename(io.cwd), 'keys/a.pub');
    for (const named of ['../keys/a.pub', again, join(io.cwd, 'keys/a.pub'), join(link, 'keys/a.pub')])
      expect(await read(named), named).toBe('committed');
    // A link out of the checkout is none of the branch's files.
    const outside = join(await temporaryDirectory(), 'a.pub');
    await writeFile(outside, 'anybody');
    await symlink(outside, join(io.cwd, 'keys/b.pub'));
    await expect(read(join(io.cwd, 'keys/b.pub'))).rejects.toMatchObject({ code: 'CONFIGURATION' });
  });

  it('governs what lies in any checkout, where it is read without one itself', async () => {
    const { io, open } = await place({ 'environments.yaml': FILE, 'keys/a.pub': 'committed' });
    await writeFile(join(io.cwd, 'keys/a.pub'), 'of the pull request');
    await writeFile(join(io.cwd, 'keys/new.pub'), 'of the pull request');
    const remote = 'https://git.example.com/acme/gitops//environments.yaml@main';
    const { read } = await loadEnvironments(io, remote, open);
    expect(await read(join(io.cwd, 'keys/a.pub'))).toBe('committed');
    await expect(read(join(io.cwd, 'keys/new.pub'))).rejects.toMatchObject({ code: 'CONFIGURATION' });
    const onLaptop = await loadEnvironments({ ...io, env: {} }, remote, open);
    expect(await onLaptop.read(join(io.cwd, 'keys/a.pub'))).toBe('of the pull request');
  });

  it('takes no exception for a vulnerability from a pull request that is checked out', async () => {
    const gate = 'vulnerabilities: { max: high, signers: { key: scanner.pub }, except: [] }';
    const text = FILE.replace('commit: direct', `commit: direct, gates: { ${gate} }`);
    const { root, bare } = await makeBare(await makeRepository({ 'environments.yaml': text }));
    const cwd = join(root, 'work');
    await git(root, 'clone', '--quiet', bare, cwd);
    const except = '{ id: CVE-2026-1, until: 2099-01-01, reason: r, owner: me }';
    const changed = { 'environments.yaml': text.replace('[]', `[${except}]`) };
    await commitFiles(cwd, changed, 'Open the gate', [['checkout', '--quiet', '-b', 'opened']]);
    const io = ioIn(cwd);
    const open = async (): Promise<GitRepository> => await openCheckout(cwd, GIT);
    const exceptions = async (env: Readonly<Record<string, string>>) => {
      const { environments } = await loadEnvironments({ ...io, env }, 'environments.yaml', open);
      return environments.environments.map(({ gates }) => gates.vulnerabilities?.exceptions.length);
    };
    expect([await exceptions({ CI: 'true' }), await exceptions({})]).toEqual([[0], [1]]);
  });

  it('is named without the login of its repository', async () => {
    const { io, open } = await place({ 'environments.yaml': FILE.replace('images', 'imagse') });
    const named = 'https://robot:marked-token@git.example.com/acme/gitops//environments.yaml@main';
    const loaded = loadEnvironments(io, named, open);
    await expect(loaded).rejects.toThrow(
      /^https:\/\/git\.example\.com\/acme\/gitops\/\/environments\.yaml@main:/,
    );
    await expect(loaded).rejects.not.toThrow('marked-token');
  });

  it.each([{}, { CI: 'true' }])('is found from a directory below it, with %j', async env => {
    const { io, open } = await place({ 'environments.yaml': FILE, 'apps/api/values.yaml': 'a: 1' });
    const below = { ...io, env, cwd: join(io.cwd, 'apps/api') };
    const { environments } = await loadEnvironments(below, 'environments.yaml', open);
    expect(environments.images.map(({ name }) => name)).toEqual(['api']);
  });

  it('is not looked for above its checkout', async () => {
    const { io, open } = await place({ 'a.yaml': 'a: 1' });
    await writeFile(join(dirname(io.cwd), 'environments.yaml'), FILE);
    const loaded = loadEnvironments({ ...io, env: {} }, 'environments.yaml', open);
    await expect(loaded).rejects.toMatchObject({ code: 'CONFIGURATION' });
  });
});

const FILE = `version: 1
images: { api: {} }
environments:
  dev: { from: build, registry: "oci:../dev", files: ["dev.yaml"], commit: direct }
`;

async function place(files: Readonly<Record<string, string>>) {
  const directory = await makeRepository(files);
  const open = async (): Promise<GitRepository> => await openCheckout(directory, GIT);
  return { io: ioIn(directory), file: 'sub/environments.yaml', open };
}

function ioIn(cwd: string) {
  const sink = { write: () => true };
  return { cwd, env: { CI: 'true' }, stdout: sink, stderr: sink, signal: AbortSignal.timeout(30_000) };
}
