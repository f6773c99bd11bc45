import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '../../src/oci/digest.ts';
import { signStatement } from '../../src/signing/bundle.ts';
import { cosignStatement } from '../../src/signing/statement.ts';
import { type Sigstore, startSigstore } from '../servers/sigstore.ts';
import { newKeyless, newToken } from './keyless-place.ts';
import { encryptAsCosign, newPrivateKey, pemBlock, toPem } from './keys.ts';
import { createSignedWorld, keyless, type SignedWorld } from './signed-world.ts';

const APPLY = ['apply', 'dev', '--image', 'api=oci:../registries/build/api:1.0.0'];
const SERVICES = ['/api/v2/signingCert', '/api/v1/log/entries', '/api/v1/timestamp'];
const STATUSES = [200, 400, 401, 403, 404, 409, 422, 500];
/** How often a request is sent that a server fails at. */
const TRIES = 3;

let sigstore: Sigstore;
beforeAll(async () => {
  sigstore = await startSigstore();
});
afterEach(() => sigstore.recover());
afterAll(async () => {
  await sigstore.stop();
});

describe('an identity token is not in the error', () => {
  it.each(SERVICES.flatMap(path => STATUSES.map(status => [path, status] as const)))(
    'of %s answering %i with all that it was sent',
    async (path, status) => {
      const token = newToken();
      const headers = { location: `/${token}`, 'content-type': 'application/json' };
      const answer = (body: Buffer) => ({
        status,
        headers,
        body: JSON.stringify({ message: `${token} ${body}` }),
      });
      for (let tried = 0; tried < TRIES; tried += 1) sigstore.fault(path, answer);
      const signing = signStatement(
        newKeyless(sigstore, { rekor: true, tsa: true }, token),
        cosignStatement(digestOf('image')),
      );
      const error: unknown = await signing.catch((reason: unknown) => reason);
      expect(error).toMatchObject({ name: 'PromoteError' });
      expect(seen(inspect(error, { depth: null, showHidden: true }), secretsOf(token))).toEqual([]);
    },
  );
});

describe('a failing run prints no secret, and tags nothing', () => {
  const token = newToken();
  const key = newPrivateKey();
  const pem = toPem(key);
  const der = key.export({ type: 'pkcs8', format: 'der' });
  const encrypted = pemBlock(
    'ENCRYPTED SIGSTORE PRIVATE KEY',
    encryptAsCosign(der, 'marked-password', { N: 32768, r: 8, p: 1 }),
  );

  it.each<[string, (world: SignedWorld) => Promise<void>]>([
    ['the certificate authority refuses', async () => echo('/api/v2/signingCert', 403)],
    ['the log refuses', async () => echo('/api/v1/log/entries', 422)],
    ['the timestamp authority refuses', async () => echo('/api/v1/timestamp', 400)],
    ['the token is for somebody else', world => place(world, 'token', newToken('https://evil.com'))],
    ['the token is none', world => place(world, 'token', `${token.slice(0, 60)}\n${token}`)],
    ['there is no token', world => rm(join(world.directory, 'token'))],
    ['the trusted root is of another', world => world.write('root.json', '{"tlogs":[]}')],
    ['the trusted root is none', world => world.write('root.json', token)],
    [
      'the certificate authority is not there',
      world => world.signing(keyless({ ...sigstore, url: 'http://127.0.0.1:9' })),
    ],
    [
      'the password is wrong',
      async world => {
        await place(world, 'cosign.key', encrypted);
        await world.signing('{ key: ../cosign.key }');
      },
    ],
    [
      'the key is damaged',
      async world => {
        await place(world, 'cosign.key', pem.replace(/.{20}(?=\n-----END)/, ''));
        await world.signing('{ key: ../cosign.key }');
      },
    ],
    [
      'the key is given as the public one',
      async world => {
        await place(world, 'cosign.key', pem);
        await world.write('cosign.pub', pem);
        await world.signing('{ key: ../cosign.key, publicKey: cosign.pub }');
      },
    ],
    [
      'the public key is of another',
      async world => {
        await place(world, 'cosign.key', pem);
        await world.write('cosign.pub', pem);
        await world.signing('{ key: ../cosign.key, trusted: [cosign.pub] }');
      },
    ],
  ])('where %s', async (_, spoil) => {
    const world = await createSignedWorld(keyless(sigstore, `tsa: ${sigstore.url}`));
    await world.write('root.json', sigstore.trustedRoot);
    await place(world, 'token', token);
    await spoil(world);
    for (const format of ['text', 'json', 'markdown']) {
      const { code, stdout, stderr } = await world.run(...APPLY, '--format', format);
      expect(code).toBe(1);
      expect(
        seen(stdout + stderr, [...secretsOf(token), ...secretsOf(pem), ...secretsOf(encrypted)]),
      ).toEqual([]);
    }
    expect(await world.target.head('1.0.0')).toBeUndefined();
  });

  function echo(path: string, status: number): void {
    for (let request = 0; request < 6; request += 1) {
      sigstore.fault(path, body => ({ status, body: JSON.stringify({ message: `${token} ${body}` }) }));
    }
  }
});

async function place({ directory }: SignedWorld, name: string, text: string): Promise<void> {
  await writeFile(join(directory, name), text);
}

/** The parts of a secret that must not be seen: a token's three, a PEM's lines. */
function secretsOf(secret: string): readonly string[] {
  return secret.split(/[.\n]/).filter(part => part.length > 20 && !part.startsWith('-----'));
}

function seen(text: string, secrets: readonly string[]): readonly string[] {
  return [...secrets, 'marked-'].filter(secret => text.includes(secret));
}
