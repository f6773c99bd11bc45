import { beforeAll, describe, expect, it } from 'vitest';
import { buildImage, pushImage } from '../../src/demo/image.ts';
import { PromoteError } from '../../src/errors.ts';
import { createHttp } from '../../src/http/http.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { checkClosure } from '../../src/registry/copy/check-closure.ts';
import { type CopyOptions, copyImage } from '../../src/registry/copy/copy.ts';
import { openRemote } from '../../src/registry/remote/remote.ts';
import type { Store } from '../../src/registry/store.ts';
import { type Fault, type SeenRequest, startRegistry } from '../servers/registry.ts';
import type { Repositories } from '../servers/registry-routes.ts';
import { registryFor, storesAt } from './remote-place.ts';
import { artifact, pushEmpty } from './store-contract.ts';

const IMAGE = buildImage({
  platforms: [{ os: 'linux', architecture: 'amd64' }],
  layers: ['app'],
});
const { digest } = IMAGE.index.descriptor;

/** What servers, and what stands before them, do wrong. */
const FAULTS: Readonly<Record<string, Fault>> = {
  'breaks the connection': 'reset',
  'breaks off within the body': 'reset-body',
  'ends the body early, and cleanly': 'short',
  'damages the body': 'corrupt',
  'is in trouble': { status: 500 },
  'limits the rate': { status: 429, headers: { 'retry-after': '0' } },
  'forbids it': { status: 403 },
  'knows nothing': { status: 404 },
  'does not allow the method': { status: 405 },
  'refuses the size': { status: 413 },
  'answers with a login page': {
    status: 200,
    headers: { 'content-type': 'text/html' },
    body: '<h1>Log in</h1>',
  },
  'says yes, and does nothing': { status: 201 },
  'names another digest': {
    status: 201,
    headers: { 'docker-content-digest': digestOf('another'), location: '/v2/b/blobs/uploads/none' },
  },
};

const READ_AS_NO_API: ReadonlySet<Fault | undefined> = new Set([
  FAULTS['knows nothing'],
  FAULTS['does not allow the method'],
  FAULTS['answers with a login page'],
]);

type Asked = Pick<SeenRequest, 'method' | 'path'>;

/** The requests of a copy: at whom, and which. */
const REQUESTS: readonly (readonly [side: 'source' | 'target', method: string, path: RegExp])[] = [
  ['source', 'GET', /\/manifests\/1\.0$/],
  ['source', 'GET', /\/manifests\/sha256:/],
  ['source', 'GET', /\/blobs\//],
  ['source', 'GET', /\/referrers\//],
  ['source', 'GET', /\/tags\/list/],
  ['target', 'HEAD', /\/manifests\//],
  ['target', 'POST', /\/uploads\//],
  ['target', 'PUT', /\/uploads\//],
  ['target', 'PUT', /\/manifests\/sha256:/],
  ['target', 'PUT', /\/manifests\/1\.0$/],
  ['target', 'GET', /\/referrers\//],
];

describe.each(REQUESTS)('a copy whose %s, asked to %s %s,', (side, method, path) => {
  let held: Repositories;
  beforeAll(async () => {
    held = await filled();
  });

  it.each(Object.entries(FAULTS))(
    '%s, once or always, tags nothing wrong, and ends whole the next time',
    async (_, fault) => {
      for (const most of [1, Number.POSITIVE_INFINITY]) await survive(fault, most);
    },
  );

  async function survive(fault: Fault, most: number): Promise<void> {
    let left = most;
    const isMeant = (asked: Asked) => asked.method === method && path.test(asked.path);
    const faults = (at: typeof side) => (asked: Asked) => {
      if (at !== side || left === 0 || !isMeant(asked)) return undefined;
      left -= 1;
      return fault;
    };
    const [from, to] = await Promise.all([
      registryFor({ repositories: held, faults: faults('source') }),
      registryFor({ checksParts: true, faults: faults('target') }),
    ]);
    const copy = (): CopyOptions => ({
      source: storesAt(from.host)('a'),
      target: storesAt(to.host)('b'),
      from: '1.0',
      tag: '1.0',
      evidence: 'all',
    });
    const failure = await copyImage(copy()).then(
      () => undefined,
      (error: unknown) => error,
    );
    left = 0;
    const target = storesAt(to.host)('b');
    // What has no referrers API answers so, and is believed: its evidence is under tags.
    const isUnseen = side === 'source' && path.test('/referrers/') && READ_AS_NO_API.has(fault);
    if (failure === undefined) await expectWhole(target, isUnseen ? 0 : 1);
    else {
      expect(failure).toBeInstanceOf(PromoteError);
      expect((await target.head('1.0'))?.digest ?? digest).toBe(digest);
      await copyImage(copy());
      await expectWhole(target, 1);
    }
  }
});

/** What the source holds. */
async function filled(): Promise<Repositories> {
  const repositories: Repositories = new Map();
  const registry = await startRegistry({ repositories });
  const http = createHttp();
  const open = openRemote({ http, credentials: async () => undefined });
  const store = open(parseRepositoryName(`${registry.host}/a`));
  await pushImage(store, IMAGE, '1.0');
  await pushEmpty(store);
  await store.putManifest(artifact(IMAGE.index.descriptor, 'report'));
  await http.close();
  await registry.stop();
  return repositories;
}

async function expectWhole(target: Store, evidence: number): Promise<void> {
  expect((await target.head('1.0'))?.digest).toBe(digest);
  expect((await checkClosure(target, digest)).lacks).toEqual([]);
  expect(await target.referrers(digest)).toHaveLength(evidence);
}
