import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildExecutable } from '../../scripts/executable.ts';
import { buildImage, pushImage } from '../../src/demo/image.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { openLayout } from '../../src/registry/layout/layout.ts';
import { createKey } from '../e2e/shop.ts';
import { createWorld } from '../e2e/world.ts';
import { describeWith, runProgram } from '../servers/tools.ts';

const ROOT = join(import.meta.dirname, '../..');
const NODE = join(ROOT, 'node_modules/node/bin/node');

// The one place that builds it: a copy of Node.js takes its seconds.
describeWith(['git'], 'the single executable', () => {
  let directory: string;
  let executable: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'promote-executable-test-'));
    executable = await buildExecutable(NODE, join(directory, 'bin'), 'promote');
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it('is of this version, and unpacks nothing', async () => {
    const temporary = join(directory, 'tmp');
    await mkdir(temporary);
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    const { stdout } = await runProgram(executable, ['--version'], { TMPDIR: temporary });
    expect(stdout).toBe(`${version}\n`);
    expect(await readdir(temporary)).toEqual([]);
    expect(await readdir(join(directory, 'bin'))).toEqual(['promote']);
  });

  it('walks through the demo', async () => {
    const { stdout } = await runProgram(executable, ['demo', '--directory', join(directory, 'demo')]);
    expect(stdout).toContain('what each environment pins');
  });

  it('promotes an image, signs it, and verifies what it signed', async () => {
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
    const run = async (...args: readonly string[]) =>
      await runProgram(executable, args, world.env, world.repository);
    await run('apply', 'dev', '--image', 'api=oci:../registries/build/api:1.0.0');
    expect(await world.read('dev/values.yaml')).toContain(`1.0.0@${image.index.descriptor.digest}`);
    await run('verify', 'dev');
    await run('verify', 'oci:../registries/dev/api:1.0.0', '--key', 'cosign.pub');
    await world.close();
  });
});
