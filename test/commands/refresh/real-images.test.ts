import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tarOf } from '../../../src/demo/tar.ts';
import { createWorld, type World } from '../../e2e/world.ts';
import { type DockerRegistry, startDockerRegistry } from '../../servers/docker-registry.ts';
import { describeWith, runProgram } from '../../servers/tools.ts';

let registry: DockerRegistry;
let world: World;
const digests: Record<string, string> = {};

/** Builds an image on another one, or on nothing, as tools do that write no base annotations. */
async function append(name: string, files: Readonly<Record<string, string>>, base?: string): Promise<void> {
  const layers = await Promise.all(
    Object.entries(files).map(async ([path, text]) => {
      const archive = join(
        world.directory,
        `${path.replaceAll('/', '-')}-${Object.keys(digests).length}.tar`,
      );
      await writeFile(archive, tarOf(path, text));
      return ['--new_layer', archive];
    }),
  );
  const on = base === undefined ? ['--oci-empty-base'] : ['--base', `${registry.host}/${base}`];
  const target = `${registry.host}/${name}`;
  await runProgram('crane', ['append', ...on, ...layers.flat(), '--new_tag', target, '--insecure']);
  digests[name] = (await runProgram('crane', ['digest', target, '--insecure'])).stdout.trim();
}

/** Attaches an SBOM that lists one package. */
async function attachSbom(name: string, openssl: string): Promise<void> {
  const sbom = { spdxVersion: 'SPDX-2.3', packages: [{ name: 'openssl', versionInfo: openssl }] };
  await writeFile(join(world.directory, 'sbom.json'), JSON.stringify(sbom));
  const image = `${registry.host}/${name}`;
  const type = 'application/spdx+json';
  await runProgram('oras', [
    ...['attach', '--plain-http', '--disable-path-validation', '--artifact-type', type, image],
    `${join(world.directory, 'sbom.json')}:${type}`,
  ]);
}

const release = (version: string) => `PRETTY_NAME="Debian GNU/Linux ${version}"\nVERSION_ID="${version}"\n`;

describeWith(['docker-registry', 'crane', 'oras', 'cosign'], 'real images on a real registry', () => {
  beforeAll(async () => {
    registry = await startDockerRegistry();
    const { host } = registry;
    world = await createWorld({
      'environments.yaml': `version: 1
images: { api: {}, web: {} }
environments:
  dev: { from: build, registry: ${host}/dev, files: ["dev/*.yaml"] }
refresh: {}
`,
    });
    const os = { 'etc/os-release': release('12.5') };
    await append('base/os:1', { ...os, 'usr/lib/libraries': 'all' });
    await append('base/os:1-slim', { ...os, 'usr/lib/libraries': 'few' });
    await append('dev/api:1', { app: 'api' }, 'base/os:1');
    await append('dev/web:1', { app: 'web' }, 'base/os:1-slim');
    await attachSbom('base/os:1', '3.0.11');
    await world.write('Dockerfile', `FROM ${host}/base/os:1@${digests['base/os:1']}\n`);
    await world.write('slim/Dockerfile', `FROM ${host}/base/os:1-slim\n`);
    for (const name of ['api', 'web']) {
      const image = `${host}/dev/${name}:1@${digests[`dev/${name}:1`]}`;
      await world.write(`dev/${name}.yaml`, `image: ${image}\n`);
    }
    await world.git('add', '.');
    await world.git('commit', '--quiet', '--message=Files');
    digests.old = digests['base/os:1'] ?? '';
    await append('base/os:1', { 'etc/os-release': release('12.6'), 'usr/lib/libraries': 'all, fixed' });
    await attachSbom('base/os:1', '3.0.13');
    const key = join(world.directory, 'cosign');
    const env = { COSIGN_PASSWORD: 'secret', HOME: world.directory };
    await runProgram('cosign', ['generate-key-pair', '--output-key-prefix', key], env);
    const image = `${host}/base/os@${digests['base/os:1']}`;
    const quiet = ['--yes', '--tlog-upload=false', '--use-signing-config=false', '--allow-http-registry'];
    await runProgram('cosign', ['sign', ...quiet, '--key', `${key}.key`, image], env);
  });
  afterAll(async () => {
    await world.close();
    await registry.stop();
  });

  it('finds what is built on a superseded base by its layers, apart from its sibling, and what a rebuild adds', async () => {
    const ran = await world.run('refresh', '--deployed', '--format', 'json');
    expect(ran.code).toBe(0);
    const { images } = JSON.parse(ran.stdout);
    expect(
      images.map(({ image, standing }: { image: string; standing: unknown }) => [image, standing]),
    ).toEqual([
      [
        'api',
        {
          kind: 'superseded',
          base: `${registry.host}/base/os:1`,
          from: digests.old,
          to: digests['base/os:1'],
          os: { from: 'Debian GNU/Linux 12.5', to: 'Debian GNU/Linux 12.6' },
          packages: { changed: [{ name: 'openssl', from: '3.0.11', to: '3.0.13' }], added: [], removed: [] },
        },
      ],
      ['web', { kind: 'current', base: `${registry.host}/base/os:1-slim` }],
    ]);
    const { stdout } = await world.run('refresh', '--deployed', 'dev', '--format', 'markdown');
    expect(stdout).toContain('| environment | image | base | since | with a rebuild |');
    expect(stdout).toContain(
      'Debian GNU/Linux 12.5 \\-\\> Debian GNU/Linux 12.6, packages: 1 changed, 0 added',
    );
  });

  it('shows what a refresh changes, and that somebody signed it', async () => {
    const ran = await world.run('refresh', '--dry-run', '--format', 'json');
    expect(ran.code).toBe(0);
    const [{ groups }] = JSON.parse(ran.stdout).repositories;
    expect(groups[0].images[0]).toMatchObject({
      before: { os: 'Debian GNU/Linux 12.5' },
      after: { os: 'Debian GNU/Linux 12.6' },
      packages: { changed: [{ name: 'openssl' }] },
      signature: { kind: 'unverified' },
    });
  });

  it('shows who signed, where the environments file says whose signature counts', async () => {
    const text = await world.read('environments.yaml');
    await world.write('base.pub', await readFile(join(world.directory, 'cosign.pub'), 'utf8'));
    await world.write(
      'environments.yaml',
      text.replace('refresh: {}', 'refresh: { signature: { key: base.pub } }'),
    );
    const ran = await world.run('refresh', '--dry-run', '--format', 'json');
    const [{ groups }] = JSON.parse(ran.stdout).repositories;
    expect(groups[0].images[0].signature).toEqual({ kind: 'verified', by: expect.stringMatching(/^key /) });
  });
});
