import { generateKeyPairSync } from 'node:crypto';
import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { expect, it } from 'vitest';
import { buildImage, pushImage } from '../../src/demo/image.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { openLayout } from '../../src/registry/layout/layout.ts';
import { runProgram } from '../servers/tools.ts';
import { bundled } from './bundled.ts';
import { contentsOf, type Installed, installPackage } from './pack.ts';

const ROOT = join(import.meta.dirname, '../..');

/** What the package may weigh in bytes: whole, packed. */
const PACKED = 5_000_000;

it('is packed from another place byte for byte as here, and serves a project that has nothing else', async () => {
  const installed = await installPackage();
  const shipped = await contentsOf(join(installed.directory, 'dist'));
  const { files } = await bundled();
  expect([...shipped.keys()].sort()).toEqual([...files.keys(), 'index.d.ts'].sort());
  for (const [path, bytes] of files) expect(shipped.get(path)?.equals(bytes), path).toBe(true);
  expect(installed.size).toBeLessThan(PACKED);
  process.stderr.write(`the package has ${installed.size} bytes packed\n`);

  const command = join(installed.project, 'node_modules/.bin/promote');
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  expect((await runProgram(command, ['--version'])).stdout.trim()).toBe(version);
  await compile(installed);
  await run(installed);
});

/** Compiles what docs/library.md shows against the package's types, with everything that they name checked. */
async function compile({ project }: Installed): Promise<void> {
  const page = await readFile(join(ROOT, 'docs/library.md'), 'utf8');
  const blocks = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, text = '']) => text);
  expect(blocks.length).toBe(3);
  for (const [index, text] of blocks.entries()) await writeFile(join(project, `step-${index + 1}.ts`), text);
  const packageJson = JSON.parse(await readFile(join(project, 'package.json'), 'utf8'));
  await writeFile(join(project, 'package.json'), JSON.stringify({ ...packageJson, type: 'module' }));
  for (const name of ['@types/node', 'undici-types']) {
    const types = join(project, 'node_modules', name);
    await cp(join(ROOT, 'node_modules', name), types, { recursive: true });
  }
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2024',
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    types: ['node'],
  };
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  await symlink(join(ROOT, 'node_modules/typescript'), join(project, 'node_modules/typescript'));
  await runProgram(process.execPath, [join(project, 'node_modules/typescript/bin/tsc')], {}, project);
}

/** Runs it: a build is copied, signed with a key, and let into an environment whose gate asks for that signature. */
async function run({ project }: Installed): Promise<void> {
  const image = buildImage({ platforms: [{ os: 'linux', architecture: 'amd64' }], layers: ['api'] });
  await pushImage(openLayout(project)(parseRepositoryName('oci:./build/api')), image, '1.4.2');
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const files = {
    'cosign.key': privateKey.export({ type: 'pkcs8', format: 'pem' }),
    'cosign.pub': publicKey.export({ type: 'spki', format: 'pem' }),
    'staging.yaml': 'image:\n  repository: registry.example/staging/api\n  tag: "0"\n',
    'environments.yaml': `version: 1
images: { api: { source: "oci:./release/api" } }
signing: { key: cosign.key, publicKey: cosign.pub }
environments:
  staging:
    from: build
    registry: [{ push: "oci:./staging", pull: registry.example/staging }]
    files: [staging.yaml]
    commit: direct
    gates: { signature: { key: cosign.pub } }
`,
  };
  for (const [path, text] of Object.entries(files)) await writeFile(join(project, path), text);
  const author = ['-c', 'user.name=tester', '-c', 'user.email=tester@example.com'];
  await runProgram('git', ['-C', project, 'init', '--quiet', '--initial-branch=main']);
  await runProgram('git', ['-C', project, 'add', ...Object.keys(files)]);
  await runProgram('git', ['-C', project, ...author, 'commit', '--quiet', '--message=Start']);
  const step = async (name: string) =>
    (await runProgram(process.execPath, [`${name}.js`], { CI: '' }, project)).stdout.trim();
  expect([await step('step-1'), await step('step-2'), await step('step-3')]).toEqual(['', 'bundle', 'done']);
  expect(await readFile(join(project, 'staging.yaml'), 'utf8')).toContain(
    `1.4.2@${image.index.descriptor.digest}`,
  );
}
