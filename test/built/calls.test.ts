import { mkdtemp, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bundle as SignedBundle } from '@sigstore/bundle';
import seeds from '@sigstore/tuf/seeds.json' with { type: 'json' };
import { beforeAll, describe, expect, it } from 'vitest';
import type { Bundle } from '../../scripts/bundle.ts';
import { createHttp } from '../../src/http/http.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { signStatement } from '../../src/signing/bundle.ts';
import { cosignStatement } from '../../src/signing/statement.ts';
import { tufDouble } from '../servers/tuf.ts';
import { newSigner } from '../signing/keys.ts';
import { bundled } from './bundled.ts';
import { FORGE_CALLS } from './forge-calls.ts';
import { EVIDENCE_CALLS, GATE_CALLS, refusesAttestation } from './gate-calls.ts';
import { GIT_CALLS } from './git-calls.ts';
import { KEY_CALLS } from './key-calls.ts';
import { LOGIN_CALLS } from './login-calls.ts';
import { runPromote } from './run-promote.ts';

const ROOT = join(import.meta.dirname, '../..');
const DIGEST = digestOf('an image');
const PUBLIC_ROOT = 'https://tuf-repo-cdn.sigstore.dev';
const PATH = process.env.PATH;

/** A module of the bundle: each of its names is called by what stands for it in the table. */
// biome-ignore lint/suspicious/noExplicitAny: what a bundle exports has no types.
type Module = any;
type Calls = Readonly<Record<string, (module: Module) => unknown>>;

/** What is called of each module that is loaded lazily, and what comes of it. */
const CALLS: Readonly<Record<string, Calls>> = {
  'src/environments/parse.ts': {
    parseEnvironments: ({ parseEnvironments }) =>
      expect(() => parseEnvironments('version: 2\n', 'environments.yaml')).toThrow('environments.yaml'),
  },
  'src/http/dispatcher.ts': {
    createDispatcher: ({ createDispatcher }) => createDispatcher().close(),
  },
  ...GIT_CALLS,
  'src/forges/github/client.ts': { openClient: asksGitHub },
  'src/signing/sigstore-bundle.ts': {
    bundleFromJSON: roundTrip,
    bundleToJSON: roundTrip,
    envelopeFromJSON: envelopes,
    envelopeToJSON: envelopes,
    toDSSEBundle: ({ toDSSEBundle }) =>
      expect(
        toDSSEBundle({ artifact: Buffer.of(1), artifactType: 'x', signature: Buffer.of(2), keyHint: '' }),
      ).toMatchObject({ content: { $case: 'dsseEnvelope' } }),
    toMessageSignatureBundle: ({ toMessageSignatureBundle }) =>
      expect(
        toMessageSignatureBundle({ digest: Buffer.of(1), signature: Buffer.of(2), keyHint: '' }),
      ).toMatchObject({ content: { $case: 'messageSignature' } }),
  },
  'src/signing/authenticate.ts': {
    authenticate: async ({ authenticate }) => {
      const { trust } = await newSigner();
      expect(await authenticate({ bundle: await signed() }, trust)).toMatchObject({
        kind: 'refused',
        reason: 'untrusted-signature',
      });
    },
  },
  'src/signing/accept.ts': {
    requireAcceptable: async ({ requireAcceptable }) => {
      const { trust } = await newSigner();
      await expect(requireAcceptable({ bundle: await signed() }, trust)).rejects.toMatchObject({
        code: 'SIGNATURE',
      });
    },
    requireOwnIdentity: async ({ requireOwnIdentity }) => {
      const { trust } = await newSigner();
      expect(requireOwnIdentity({ bundle: await signed() }, trust.signers)).toBeUndefined();
    },
  },
  ...GATE_CALLS,
  ...FORGE_CALLS,
  ...LOGIN_CALLS,
  ...EVIDENCE_CALLS,
  'src/signing/verify-legacy.ts': {
    verifyLegacyAttestation: refusesAttestation,
    verifyLegacySignature: async ({ verifyLegacySignature }) => {
      const { trust } = await newSigner();
      const annotations = { 'dev.cosignproject.cosign/signature': Buffer.of(1).toString('base64') };
      const layer = { bytes: Buffer.from('{}'), annotations };
      expect(await verifyLegacySignature(layer, { trust, digest: DIGEST })).toMatchObject({
        reason: 'untrusted-signature',
      });
    },
  },
  'src/signing/trusted-root.ts': {
    parseTrustedRoot: ({ parseTrustedRoot }) =>
      expect(parseTrustedRoot(publicRoot()).tlogs.length).toBeGreaterThan(0),
  },
  'src/signing/public-root.ts': { openPublicSigstore: opensPublicSigstore },
  'src/signing/kms/transit.ts': { openTransitKey: asksTransit },
  ...KEY_CALLS,
};

/** A run of each command: most end where they look for an environments file, which their own module does. */
const RUNS: Readonly<Record<string, readonly [code: number, ...args: readonly string[]]>> = {
  'src/cli/main.ts': [0, '--version'],
  'src/cli/usage.ts': [2, 'plan', '--nonsense'],
  'src/cli/schema.ts': [0, 'schema'],
  'src/cli/completion.ts': [0, 'completion', 'bash'],
  'src/cli/complete.ts': [0, 'complete', 'pl'],
  'src/cli/init.ts': [2, 'init', '--yes'],
  'src/cli/demo.ts': [0, 'demo'],
  'src/cli/copy.ts': [2, 'copy', 'no reference', 'oci:./x:1'],
  'src/cli/report.ts': [2, 'report', 'attach', 'no reference', 'scan.json', '--key', 'none.key'],
  'src/cli/approve.ts': [2, 'approve', 'none.json', '--key', 'none.key', '--attach'],
  'src/cli/sign.ts': [2, 'sign', 'no reference', '--key', 'none.key'],
  'src/cli/inspect.ts': [2, 'inspect', 'no reference'],
  'src/cli/pull-secret.ts': [2, 'pull-secret', 'production', '--from', 'none.json'],
};

let built: Bundle;
beforeAll(async () => {
  built = await bundled();
});

describe('what is used of everything that is loaded lazily can be called as it ships', () => {
  it.each(Object.entries(CALLS))('%s', async (source, calls) => {
    const module: Module = await import(join(ROOT, chunkOf(source)));
    expect(Object.keys(calls).sort()).toEqual(Object.keys(module).sort());
    for (const call of new Set(Object.values(calls))) await call(module);
  });

  it('and each command, by a run of it', async () => {
    const ended: Record<string, unknown> = {};
    for (const source of lazy().filter(path => /^src\/cli\/(?!bin\.ts)/.test(path))) {
      const name = /([\w-]+)\.ts$/.exec(source)?.[1] ?? '';
      const [, ...args] = RUNS[source] ?? [2, name, ...WORDS.slice(0, WANTED[name] ?? 0)];
      const directory = await mkdtemp(join(tmpdir(), 'promote-'));
      const { code, stderr } = await runPromote(directory, { PATH, HOME: directory }, args);
      ended[source] = stderr.includes('unexpected') ? stderr : code;
    }
    expect(ended).toEqual(
      Object.fromEntries(Object.keys(ended).map(source => [source, RUNS[source]?.[0] ?? 2])),
    );
    expect(Object.keys(ended).length).toBeGreaterThan(20);
  });

  it('and nothing is left out', () => {
    const left = lazy().filter(path => !(path in CALLS) && !/^src\/(cli|action|index\.ts)/.test(path));
    expect(left).toEqual([]);
  });
});

async function asksTransit({ openTransitKey }: Module): Promise<void> {
  const http = createHttp({ retry: { tries: 1 } });
  try {
    const place = { service: { http, url: 'http://127.0.0.1:9' }, token: 'x', mount: 'transit', key: 'k' };
    await expect(openTransitKey(place)).rejects.toMatchObject({ code: 'UNREACHABLE' });
  } finally {
    await http.close();
  }
}

const WORDS = ['production', 'api'];
/** How many words a command wants. */
const WANTED: Readonly<Record<string, number>> = {
  rollback: 1,
  hold: 2,
  lift: 2,
  explain: 1,
  history: 1,
  verify: 1,
};

function lazy(): readonly string[] {
  return Object.values(built.metafile.outputs).flatMap(({ entryPoint }) => entryPoint ?? []);
}

function chunkOf(source: string): string {
  const found = Object.entries(built.metafile.outputs).find(([, { entryPoint }]) => entryPoint === source);
  if (found === undefined) throw new Error(`${source} is in no chunk of its own`);
  return found[0];
}

async function signed(): Promise<SignedBundle> {
  const { bundleFromJSON } = await import('@sigstore/bundle');
  const bytes = await signStatement(await newSigner(), cosignStatement(DIGEST));
  return bundleFromJSON(JSON.parse(Buffer.from(bytes).toString()));
}

async function roundTrip({ bundleFromJSON, bundleToJSON }: Module): Promise<void> {
  const bundle = await signed();
  expect(bundleFromJSON(bundleToJSON(bundle))).toEqual(bundle);
}

function envelopes({ envelopeFromJSON, envelopeToJSON }: Module): void {
  const json = { payload: 'AQ==', payloadType: 'x', signatures: [{ sig: 'Ag==' }] };
  expect(envelopeToJSON(envelopeFromJSON(json))).toEqual(json);
}

async function asksGitHub({ openClient }: Module): Promise<void> {
  const asked: string[] = [];
  const server = createServer(({ url = '', headers }, response) => {
    asked.push(`${url} ${headers.authorization}`);
    response.setHeader('content-type', 'application/json').end('{"login":"octocat"}');
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const http = createHttp();
  const client = await openClient({
    owner: 'acme',
    repo: 'gitops',
    auth: { kind: 'token', token: 't' },
    apiUrl: `http://127.0.0.1:${port}`,
    http,
  });
  expect((await client.rest.users.getAuthenticated()).data).toEqual({ login: 'octocat' });
  expect(asked).toEqual([expect.stringMatching(/^\/user (?:token|bearer) t$/)]);
  await http.close();
  server.close();
}

function publicRoot(): string {
  return Buffer.from(seeds[PUBLIC_ROOT].targets['trusted_root.json'], 'base64').toString();
}

/** Once with a root of trust of a repository of ours, refreshed once, and once with what is part of the program. */
async function opensPublicSigstore({ openPublicSigstore }: Module): Promise<void> {
  const tuf = tufDouble({ 'trusted_root.json': publicRoot(), 'signing_config.v0.2.json': '{}' });
  const directory = await mkdtemp(join(tmpdir(), 'promote-'));
  await tuf.trustIn(directory);
  const opened = openPublicSigstore(directory, tuf.http);
  const [root, config] = await Promise.all([opened.root(), opened.target('signing_config.v0.2.json')]);
  expect([root.tlogs.length > 0, config]).toEqual([true, '{}']);
  expect(tuf.asked.slice(0, 4)).toEqual([
    '/2.root.json',
    '/timestamp.json',
    '/1.snapshot.json',
    '/1.targets.json',
  ]);
  expect(tuf.asked.slice(4)).toHaveLength(2);
  const again = openPublicSigstore(directory, tuf.http);
  await Promise.all([again.root(), again.target('signing_config.v0.2.json')]);
  // The metadata's head alone is asked for again: all else is kept.
  expect(tuf.asked.slice(6)).toEqual(['/2.root.json', '/timestamp.json']);
  const own = await mkdtemp(join(tmpdir(), 'promote-'));
  await expect(openPublicSigstore(own, tuf.http).root()).rejects.toMatchObject({ code: 'UNREACHABLE' });
  const kept = await readFile(join(own, 'tuf-repo-cdn.sigstore.dev/targets/trusted_root.json'), 'utf8');
  expect(kept).toBe(publicRoot());
}
