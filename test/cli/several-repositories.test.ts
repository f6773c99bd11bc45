import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { buildImage, pushImage } from '../../src/demo/image.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { openLayout } from '../../src/registry/layout/layout.ts';
import { builtMain } from '../built/run-promote.ts';
import { pushFiles, useForgejo } from '../forges/forgejo-fixture.ts';
import { REPOSITORY, tokenOf } from '../servers/forgejo.ts';
import { describeWith } from '../servers/tools.ts';

const main = builtMain();
const PLATFORMS = [{ os: 'linux', architecture: 'amd64' }];

describeWith(['git'], 'one file for several deployment repositories', () => {
  it('has a pull request in each, and one summary of all', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'promote-several-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const [near, far] = [await useForgejo(), await useForgejo()];
    const layout = (name: string) => `oci:${join(directory, name)}`;
    const values = (name: string, tag: string) =>
      `image:\n  repository: ${layout(name)}/api\n  tag: "${tag}"\n`;
    const built = buildImage({ platforms: PLATFORMS, layers: ['api'] });
    await pushImage(openLayout(directory)(parseRepositoryName(`${layout('dev')}/api`)), built, '1.0.0');
    pushFiles(near, {
      'dev/api.yaml': values('dev', `1.0.0@${built.index.descriptor.digest}`),
      'eu/api.yaml': values('eu', '0'),
    });
    pushFiles(far, { 'us/api.yaml': values('us', '0') });
    const place = ({ url }: typeof near) =>
      `{ repository: "${url}/${REPOSITORY}", branch: main, forge: forgejo }`;
    await mkdir(join(directory, 'files'));
    await writeFile(
      join(directory, 'files/environments.yaml'),
      `version: 1
images: { api: {} }
deployments: ${place(near)}
environments:
  dev: { from: build, registry: "${layout('dev')}", files: ["dev/*.yaml"], commit: direct }
  eu: { from: dev, registry: "${layout('eu')}", files: ["eu/*.yaml"] }
  us: { from: dev, registry: "${layout('us')}", files: ["us/*.yaml"], deployments: ${place(far)} }
`,
    );
    const run = async (...argv: readonly string[]) => {
      let printed = '';
      const env = { PATH: process.env.PATH, USER: 'me', PROMOTE_FORGEJO_TOKEN: tokenOf('promote') };
      const io = { cwd: join(directory, 'files'), env, signal: new AbortController().signal };
      const stdout = { write: (text: string) => (printed += text) };
      const code = await main(argv, { ...io, stdout, stderr: { write: () => undefined } });
      return { code, printed: JSON.parse(printed) };
    };
    for (const name of ['eu', 'us'])
      expect(await run('apply', name, '--format', 'json')).toMatchObject({
        code: 0,
        printed: { state: 'waiting' },
      });
    const pulls = [near, far].map(({ world }) => world.pulls.map(({ branch }) => branch));
    expect(pulls).toEqual([['promote/eu/all'], ['promote/us/all']]);
    const { printed } = await run('status', '--format', 'json');
    expect(printed).toMatchObject({
      images: [
        {
          image: 'api',
          cells: [
            { environment: 'dev', pinned: [{ tag: '1.0.0', digest: built.index.descriptor.digest }] },
            { environment: 'eu', pinned: [{ tag: '0' }], relation: 'tag' },
            { environment: 'us', pinned: [{ tag: '0' }], relation: 'tag' },
          ],
        },
      ],
      failures: [],
    });
  });
});
