import { generateKeyPairSync } from 'node:crypto';
import fs from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import git from 'isomorphic-git';
import { parseRepositoryName } from '../oci/reference.ts';
import { openLayout } from '../registry/layout/layout.ts';
import { FILES } from './files.ts';
import { buildImage, pushImage } from './image.ts';

const AUTHOR = { name: 'demo', email: 'demo@example.com' };

/** Creates a signing key and a Git repository of deployment files in the directory; returns its path. */
export async function prepareStage(directory: string): Promise<string> {
  const repository = join(directory, 'gitops');
  await mkdir(repository, { recursive: true });
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await writeFile(join(directory, 'cosign.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }), {
    mode: 0o600,
  });
  await writeFile(join(directory, 'cosign.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
  await git.init({ fs, dir: repository, defaultBranch: 'main' });
  for (const [path, text] of Object.entries(FILES)) {
    await mkdir(dirname(join(repository, path)), { recursive: true });
    await writeFile(join(repository, path), text);
    await git.add({ fs, dir: repository, filepath: path });
  }
  await git.commit({ fs, dir: repository, author: AUTHOR, message: 'Deploy api to four environments\n' });
  return repository;
}

/** Builds version `version` of the demo's image for two platforms and pushes it to the builds' repository. */
export async function buildVersion(repository: string, version: string): Promise<void> {
  const image = buildImage({
    platforms: [
      { os: 'linux', architecture: 'amd64' },
      { os: 'linux', architecture: 'arm64', variant: 'v8' },
    ],
    layers: ['base system', 'libraries', `api ${version}`],
    annotations: { 'org.opencontainers.image.version': version },
  });
  const store = openLayout(repository)(parseRepositoryName('oci:../registries/build/api'));
  await pushImage(store, image, version);
}
