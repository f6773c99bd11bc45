import { createHttp, type Http } from '../src/http/http.ts';
import { parseReference } from '../src/oci/reference.ts';
import { copyImage } from '../src/registry/copy/copy.ts';
import { createLedger } from '../src/registry/copy/ledger.ts';
import { openRemote } from '../src/registry/remote/remote.ts';
import { build, push } from '../test/e2e/shop.ts';
import { type DockerRegistry, startDockerRegistry } from '../test/servers/docker-registry.ts';
import { findProgram, runProgram } from '../test/servers/tools.ts';
import { type Measured, measure, printTable } from './measure.ts';

const IMAGES = 20;

/** One client's way to copy an image; `undefined` where the program is not installed. */
type Copy = (source: string, target: string) => Promise<unknown>;

/** Copies images of 3 platforms with 6 layers each by every client, within a registry, across two, and once again. */
export async function benchCopy(): Promise<void> {
  const http = createHttp();
  const near = await startDockerRegistry();
  const far = await startDockerRegistry();
  const sources: string[] = [];
  for (let index = 0; index < IMAGES; index += 1) {
    const reference = `${near.host}/build/image-${index}`;
    sources.push(`${reference}@${await push(build(`${index}.0.0`, 3, 6), `${reference}:1`)}`);
  }
  const rows: Measured[] = [];
  for (const [name, copy] of clients(http)) {
    for (const [place, registry] of [
      ['within a registry', near],
      ['across registries', far],
    ] as const) {
      const target = (index: number) => `${registry.host}/${name}/image-${index}:1`;
      for (const what of [place, `${place}, there already`]) {
        rows.push(await counted(name, what, [near, far], () => copyAll(copy, sources, target)));
      }
    }
  }
  printTable(`${IMAGES} images of 3 platforms with 6 layers each, one after the other`, rows, 'promote');
  await Promise.all([http.close(), near.stop(), far.stop()]);
}

async function copyAll(
  copy: Copy,
  sources: readonly string[],
  target: (index: number) => string,
): Promise<void> {
  for (const [index, source] of sources.entries()) await copy(source, target(index));
}

async function counted(
  client: string,
  what: string,
  registries: readonly DockerRegistry[],
  work: () => Promise<void>,
): Promise<Measured> {
  for (const registry of registries) await registry.requests();
  const seconds = await measure(work);
  const requests = await Promise.all(registries.map(registry => registry.requests()));
  return { client, what, seconds, requests: requests.flat().length / IMAGES };
}

function clients(http: Http): ReadonlyMap<string, Copy> {
  const all: Readonly<Record<string, Copy>> = {
    crane: (source, target) => runProgram('crane', ['copy', '--insecure', source, target]),
    oras: (source, target) =>
      runProgram('oras', ['copy', '--from-plain-http', '--to-plain-http', source, target]),
    skopeo: (source, target) =>
      runProgram('skopeo', [
        'copy',
        '--all',
        '--src-tls-verify=false',
        '--dest-tls-verify=false',
        `docker://${source}`,
        `docker://${target}`,
      ]),
  };
  const installed = Object.entries(all).filter(([program]) => findProgram(program) !== undefined);
  return new Map([['promote', promoteCopy(http)], ...installed]);
}

/** Copies as `apply` does: one process and one set of connections for the whole batch. */
function promoteCopy(http: Http): Copy {
  const open = openRemote({ http, credentials: async () => undefined });
  const ledger = createLedger();
  return async (source, target) => {
    const from = parseReference(source);
    const to = parseReference(target);
    const stores = { source: open(from.repository), target: open(to.repository) };
    await copyImage({ ...stores, from: from.digest ?? '', tag: to.tag, evidence: 'none', ledger });
  };
}
