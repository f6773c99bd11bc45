import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { createHttp } from '../src/http/http.ts';
import type { Descriptor } from '../src/oci/descriptor.ts';
import { parseRepositoryName, type RepositoryName } from '../src/oci/reference.ts';
import { openRemote } from '../src/registry/remote/remote.ts';
import { signImage } from '../src/signing/sign.ts';
import { build, push } from '../test/e2e/shop.ts';
import { startDockerRegistry } from '../test/servers/docker-registry.ts';
import { findProgram, runProgram } from '../test/servers/tools.ts';
import { newSigner, trustIn } from '../test/signing/keys.ts';
import { type Measured, measure, printTable } from './measure.ts';

const IMAGES = 200;
const PARALLEL = 4;

/** Signs images in one run, as `apply` does, and by `cosign sign` in a loop. */
export async function benchSign(): Promise<void> {
  const registry = await startDockerRegistry();
  const images: Image[] = [];
  for (let index = 0; index < IMAGES; index += 1) {
    const name = `${registry.host}/signed/image-${index}`;
    const image = build(`${index}.0.0`, 1, 1);
    await push(image, `${name}:1`);
    images.push({ name: parseRepositoryName(name), subject: image.index.descriptor });
  }
  const rows: Measured[] = [];
  for (const [client, sign] of [
    ['promote', signAll],
    ['cosign', cosignAll],
  ] as const) {
    if (client === 'cosign' && findProgram('cosign') === undefined) continue;
    await registry.requests();
    const seconds = await measure(() => sign(images));
    rows.push({ client, what: 'sign', seconds, requests: (await registry.requests()).length / IMAGES });
  }
  printTable(`${IMAGES} images to sign with a key, no transparency log`, rows, 'cosign');
  await registry.stop();
}

/** An image that has been copied, and is to be signed. */
interface Image {
  readonly name: RepositoryName;
  readonly subject: Descriptor;
}

async function signAll(images: readonly Image[]): Promise<void> {
  const http = createHttp();
  const open = openRemote({ http, credentials: async () => undefined });
  const signer = await newSigner();
  const limit = pLimit(PARALLEL);
  const sign = async ({ name, subject }: Image) => {
    const store = open(name);
    const { digest } = subject;
    const search = { store, referrers: await store.referrers(digest), digest, trust: trustIn(signer) };
    await signImage({ search, subject, signer, formats: ['bundle'], created: new Date() });
  };
  await Promise.all(images.map(image => limit(() => sign(image))));
  await http.close();
}

async function cosignAll(images: readonly Image[]): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'promote-bench-'));
  const env = { COSIGN_PASSWORD: '' };
  await runProgram('cosign', ['generate-key-pair', '--output-key-prefix', join(directory, 'cosign')], env);
  const flags = ['--key', join(directory, 'cosign.key'), '--tlog-upload=false', '--use-signing-config=false'];
  for (const { name, subject } of images) {
    await runProgram(
      'cosign',
      ['sign', '--yes', '--allow-http-registry', ...flags, `${name}@${subject.digest}`],
      env,
    );
  }
  await rm(directory, { recursive: true });
}
