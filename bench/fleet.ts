import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pLimit from 'p-limit';
import { buildImage, pushImage } from '../src/demo/image.ts';
import { createHttp } from '../src/http/http.ts';
import { parseReference } from '../src/oci/reference.ts';
import { prepareRecord } from '../src/records/record.ts';
import { openRemote } from '../src/registry/remote/remote.ts';
import type { Store } from '../src/registry/store.ts';
import { loadPrivateKey } from '../src/signing/private-key.ts';
import { prepareSignature } from '../src/signing/sign.ts';
import { keySigner, type Signer } from '../src/signing/signer.ts';
import { type Registry, startRegistry } from '../test/servers/registry.ts';
import { newPrivateKey, publicPem, toPem } from '../test/signing/keys.ts';
import { measureOnce, run, type Usage } from './processes.ts';

const IMAGES = 1350;
const APPLICATIONS = 500;
const READ = 1000;
const LATENCY = 20;
const BOUND = { plan: 12, apply: 10, reading: 5, megabytes: 300 };
const ENVIRONMENTS = ['dev', 'qa', 'staging', 'uat', 'production'];
const IMAGE = buildImage({ platforms: [{ os: 'linux', architecture: 'amd64' }], layers: ['service'] });
const { digest } = IMAGE.index.descriptor;
const CLI = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

/**
 * Prints what commands over many images take, each for n, 2 n and 4 n of them. The registry is in another process
 * than the command, and its answers take as long as those of another region.
 */
export async function benchFleet(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'promote-bench-'));
  const pace = { latency: 0 };
  const registry = await startRegistry({ latency: () => pace.latency / 2 });
  const key = newPrivateKey();
  try {
    await fill(registry, keySigner(await loadPrivateKey(toPem(key), () => undefined)));
    const checkout = async (images: number, settings: Settings = {}) =>
      await createCheckout(join(directory, `${images}-${JSON.stringify(settings)}`), {
        host: registry.host,
        images,
        publicKey: publicPem(key),
        ...settings,
      });
    pace.latency = LATENCY;
    console.log(`\nplan over what is promoted, ${LATENCY} ms away (bound for ${IMAGES}: ${BOUND.plan} s)`);
    for (const requests of [8, 32]) {
      for (const images of parts(IMAGES)) {
        const place = await checkout(images, { requests });
        await print(registry, `${images} images, ${requests} at once`, images, place, ['plan', 'production']);
      }
    }
    console.log(`\n${APPLICATIONS} pins in one commit, images there (bound: ${BOUND.apply} s)`);
    pace.latency = 0;
    for (const images of parts(APPLICATIONS)) {
      const place = await checkout(images, { isBehind: true });
      await print(registry, `${images} applications`, images, place, ['apply', 'production']);
    }
    console.log(
      `\nreading ${ENVIRONMENTS.length} environments (bound for ${READ}: ${BOUND.reading} s of CPU)`,
    );
    for (const images of parts(READ)) {
      const place = await checkout(images);
      for (const command of [
        ['status'],
        ['history', 'production', '--limit', 'all'],
        ['verify', 'production'],
      ])
        await print(registry, `${command[0]} of ${images} images`, images, place, command);
    }
    console.log(`memory bound: ${BOUND.megabytes} MB`);
  } finally {
    await registry.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

interface Settings {
  /** Requests at a time; absent: as without the setting. */
  readonly requests?: number;
  /** Whether production pins another version still, and nothing is signed. */
  readonly isBehind?: boolean;
}

interface Place extends Settings {
  readonly host: string;
  readonly images: number;
  readonly publicKey: string;
}

function parts(most: number): readonly number[] {
  return [4, 2, 1].map(part => Math.ceil(most / part));
}

function nameOf(index: number): string {
  return `service-${index}`;
}

/** Signed and recorded images in the registries of staging and production. */
async function fill({ host }: Registry, signer: Signer): Promise<void> {
  const http = createHttp({ concurrency: 32 });
  const open = openRemote({ http, credentials: async () => undefined });
  const limit = pLimit(16);
  const filled = Array.from({ length: IMAGES }, (_, index) =>
    limit(async () => {
      for (const environment of ['staging', 'production']) {
        const store = open(parseReference(`${host}/${environment}/${nameOf(index)}`).repository);
        await pushImage(store, IMAGE, '1.0.0');
        if (environment === 'production') await attest(store, signer);
      }
    }),
  );
  await Promise.all(filled);
  await http.close();
}

async function attest(store: Store, signer: Signer): Promise<void> {
  const subject = IMAGE.index.descriptor;
  const created = new Date();
  const search = { store, referrers: [], digest, trust: signer.trust };
  const signed = await prepareSignature({ search, subject, signer, formats: ['bundle'], created });
  const recorded = await prepareRecord({
    store,
    subject,
    signer,
    record: {
      kind: 'promotion',
      environment: { from: 'staging', to: 'production' },
      source: `${store.name.replace('/production/', '/staging/')}@${digest}`,
      target: { repository: store.name, tags: ['1.0.0'] },
      digest,
      planDigest: digest,
      environmentsHash: digest,
      approvals: [],
      verdicts: [],
      base: { repository: 'gitops', branch: 'main', commit: '0'.repeat(40) },
      time: created.toISOString(),
    },
  });
  const attachables = [signed.attachable, recorded].flatMap(one => one ?? []);
  await store.attach(attachables.map(({ content }) => ({ content })));
}

/** A checkout that pins all images everywhere, in a commit for each environment after the first. */
async function createCheckout(directory: string, place: Place): Promise<string> {
  const { host, images, publicKey, requests, isBehind } = place;
  const names = Array.from({ length: images }, (_, index) => nameOf(index));
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  };
  const pin = async (environment: string, tag: string) => {
    for (const name of names) {
      const image = `image:\n  repository: ${host}/${environment}/${name}\n  tag: "${tag}"\n`;
      await write(`${environment}/${name}/values.yaml`, `replicas: 2\n${image}`);
    }
  };
  const who = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com', '-c', 'gc.auto=0'];
  const commit = async (subject: string) => {
    await run(['git', 'add', '-A'], directory);
    await run(['git', ...who, 'commit', '--quiet', '-m', subject], directory);
  };
  const chain = ENVIRONMENTS.map((name, at) => {
    const from = ENVIRONMENTS[at - 1] ?? 'build';
    const files = `files: ["${name}/**/*.yaml"], commit: direct, pullRequest: { group: environment }`;
    return `  ${name}: { from: ${name === 'production' ? 'staging' : from}, registry: ${host}/${name}, ${files} }\n`;
  });
  const hosts = requests === undefined ? '' : `hosts: { "${host}": { requests: ${requests} } }\n`;
  const signing = isBehind ? '' : 'signing: { key: env://NO_KEY, publicKey: cosign.pub }\n';
  await write('cosign.pub', publicKey);
  await write(
    'environments.yaml',
    `version: 1
images: { ${names.map(name => `${name}: {}`).join(', ')} }
${hosts}${signing}environments:
${chain.join('')}`,
  );
  for (const environment of ENVIRONMENTS) await pin(environment, '0.9.0');
  await run(['git', 'init', '--quiet', '--initial-branch=main'], directory);
  await commit('Start');
  for (const environment of ENVIRONMENTS) {
    if (environment === 'production' && isBehind) continue;
    await pin(environment, `1.0.0@${digest}`);
    await commit(`Promote 1.0.0 to ${environment}`);
  }
  return directory;
}

async function print(
  registry: Registry,
  what: string,
  images: number,
  checkout: string,
  command: readonly string[],
): Promise<void> {
  registry.requests();
  const { wall, seconds, megabytes }: Usage = await measureOnce(
    [process.execPath, CLI, ...command],
    checkout,
  );
  const requests = registry.requests().length / images;
  console.log(
    `  ${what.padEnd(28)} ${wall.toFixed(2).padStart(6)} s, ${seconds.toFixed(2).padStart(6)} s of CPU, ${megabytes.toFixed(0).padStart(4)} MB, ${requests.toFixed(1)} requests an image`,
  );
}
