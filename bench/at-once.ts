import { createHttp, type Http } from '../src/http/http.ts';
import { parseReference } from '../src/oci/reference.ts';
import { copyImage } from '../src/registry/copy/copy.ts';
import { createLedger } from '../src/registry/copy/ledger.ts';
import { openRemote } from '../src/registry/remote/remote.ts';
import { build, push } from '../test/e2e/shop.ts';
import { type DockerRegistry, startDockerRegistry } from '../test/servers/docker-registry.ts';
import { findProgram, runProgram } from '../test/servers/tools.ts';
import { measure } from './measure.ts';

/** Each peer's command for one image, `$1` to `$2`. */
export const PEERS: Readonly<Record<string, string>> = {
  crane: 'crane copy --insecure "$1" "$2"',
  oras: 'oras copy --from-plain-http --to-plain-http "$1" "$2"',
  skopeo: 'skopeo copy --all --src-tls-verify=false --dest-tls-verify=false "docker://$1" "docker://$2"',
};

/** Copies many images at once, by promote in one process and by each peer with four processes at a time. */
export async function benchAtOnce(): Promise<void> {
  const http = createHttp();
  const [near, far] = [await startDockerRegistry(), await startDockerRegistry()];
  try {
    const large = await pushed(near, 'large', 20, 3, 6);
    await compare('20 images of 3 platforms with 6 layers each', http, large, [
      ['within a registry', near, 0.6],
      ['within a registry, there already', near, 0.2],
      ['across registries', far, 0.7],
    ]);
    const small = await pushed(near, 'small', 200, 1, 1);
    await compare('200 images of 1 platform with 1 layer', http, small, [['across registries', far, 0.6]]);
  } finally {
    await Promise.all([http.close(), near.stop(), far.stop()]);
  }
}

/** Names of pushed images, by digest. */
async function pushed(
  registry: DockerRegistry,
  name: string,
  count: number,
  platforms: number,
  layers: number,
): Promise<readonly string[]> {
  const sources: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const reference = `${registry.host}/build/${name}-${index}`;
    const digest = await push(build(`${name} ${index}`, platforms, layers), `${reference}:1`);
    sources.push(`${reference}@${digest}`);
  }
  return sources;
}

type Row = readonly [what: string, to: DockerRegistry, bound: number];

async function compare(
  title: string,
  http: Http,
  sources: readonly string[],
  rows: readonly Row[],
): Promise<void> {
  console.log(`\n${title}, all at once; peers with four processes at a time`);
  for (const [what, to, bound] of rows) {
    const target = (client: string) => (index: number) => `${to.host}/${client}/${sources.length}-${index}:1`;
    const own = await measure(() => copyAll(http, sources, target('promote')));
    const peers: (readonly [string, number])[] = [];
    for (const [peer, command] of Object.entries(PEERS)) {
      if (findProgram(peer) === undefined) continue;
      peers.push([peer, await measure(() => runAll(command, sources, target(peer)))]);
    }
    const best = Math.min(...peers.map(([, seconds]) => seconds));
    const said = peers.map(([peer, seconds]) => `${peer} ${seconds.toFixed(2)} s`).join(', ');
    console.log(
      `  ${what}: ${own.toFixed(2)} s (${said}): ${(own / best).toFixed(2)} x the best (bound: ${bound} x)`,
    );
  }
}

/** Copies as `apply` does: one process, one set of connections and one ledger. */
export async function copyAll(
  http: Http,
  sources: readonly string[],
  target: (index: number) => string,
): Promise<void> {
  const open = openRemote({ http, credentials: async () => undefined });
  const ledger = createLedger();
  const copied = sources.map(async (source, index) => {
    const [from, to] = [parseReference(source), parseReference(target(index))];
    const stores = { source: open(from.repository), target: open(to.repository) };
    await copyImage({ ...stores, from: from.digest ?? '', tag: to.tag, evidence: 'none', ledger });
  });
  await Promise.all(copied);
}

async function runAll(
  command: string,
  sources: readonly string[],
  target: (index: number) => string,
): Promise<void> {
  const pairs = sources.map((source, index) => `${source} ${target(index)}`).join('\n');
  const script = `printf '%s\\n' "$0" | xargs -P 4 -L 1 bash -c '${command} >/dev/null 2>&1' bash`;
  await runProgram('bash', ['-c', script, pairs]);
}
