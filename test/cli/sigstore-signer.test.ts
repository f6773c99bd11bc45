import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type NamedServices, servicesOf } from '../../src/cli/sigstore-signer.ts';
import type { SigningPlace } from '../../src/cli/trust.ts';
import { PUBLIC_SIGSTORE } from '../../src/environments/normalise/signing.ts';
import { PromoteError } from '../../src/errors.ts';
import type { HttpRequest } from '../../src/http/request.ts';
import { toDSSEBundle } from '../../src/signing/sigstore-bundle.ts';
import { newKey } from '../signing/keys.ts';

const { rekor, tsa } = PUBLIC_SIGSTORE;
/** The root of trust after the one that is part of the program. */
const TUF = 'tuf-repo-cdn.sigstore.dev/N.root.json';

/** The first place that each witness asks, on a network that answers nothing. */
async function asked(named: NamedServices): Promise<readonly string[]> {
  const seen: string[] = [];
  const refuse = ({ url }: HttpRequest) => {
    seen.push(`${url.host}${url.pathname.replace(/^.\d+.root/, '/N.root')}`);
    return Promise.reject(new PromoteError('UNREACHABLE', 'no network'));
  };
  const cache = await mkdtemp(join(tmpdir(), 'promote-'));
  const place = {
    io: { env: { XDG_CACHE_HOME: cache } },
    http: { send: refuse, stream: refuse, pause: async () => {}, close: async () => {} },
  } as unknown as SigningPlace;
  const { publicKey } = await newKey();
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const { content } = toDSSEBundle({
    artifact: Buffer.of(1),
    artifactType: 'x',
    signature: Buffer.of(2),
    keyHint: '',
  });
  for (const { testify } of servicesOf(place, named).witnesses)
    await expect(testify(content, pem)).rejects.toMatchObject({ code: 'UNREACHABLE' });
  return seen;
}

it.each<[string, NamedServices, readonly string[]]>([
  ['the public log, wherever its configuration has it', { rekor }, [TUF]],
  ['the public log of version 2', { rekor, rekorVersion: 2 }, [TUF]],
  ['the public log of version 1', { rekor, rekorVersion: 1 }, ['rekor.sigstore.dev/api/v1/log/entries']],
  [
    'the public log, by its usual address beside a root of its own',
    { rekor, trustedRoot: 'root.json' },
    ['rekor.sigstore.dev/api/v1/log/entries'],
  ],
  ['the public timestamp authority', { tsa }, [TUF]],
  [
    'the public timestamp authority beside a root of its own',
    { tsa, trustedRoot: 'root.json' },
    ['timestamp.sigstore.dev/api/v1/timestamp'],
  ],
  ['a log of its own', { rekor: 'https://log.acme.com' }, ['log.acme.com/api/v1/log/entries']],
  [
    'a log of its own of version 2, and its stamp',
    { rekor: 'https://log.acme.com', rekorVersion: 2, tsa: 'https://tsa.acme.com/stamp' },
    ['log.acme.com/api/v2/log/entries', 'tsa.acme.com/stamp'],
  ],
])('asks %s', async (_, named, expected) => {
  const seen = await asked(named);
  expect(seen.filter((one, index) => seen.indexOf(one) === index)).toEqual(expected);
});
