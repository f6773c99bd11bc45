import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createHttp } from '../../src/http/http.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { signStatement } from '../../src/signing/bundle.ts';
import { certifiedKeys } from '../../src/signing/sigstore/fulcio.ts';
import { cosignStatement } from '../../src/signing/statement.ts';
import { type Sigstore, startSigstore } from '../servers/sigstore.ts';
import { newKeyless, newToken, newWitnessed } from './keyless-place.ts';

const STATEMENT = cosignStatement(digestOf('image'));
const CERTIFY = '/api/v2/signingCert';
const LOG = '/api/v1/log/entries';
const STAMP = '/api/v1/timestamp';

let sigstore: Sigstore;
beforeEach(async () => {
  sigstore = await startSigstore();
});
afterEach(async () => {
  await sigstore.stop();
});

describe("Sigstore's services", () => {
  it.each([CERTIFY, LOG, STAMP])('a rate limit of %s is waited out', async path => {
    sigstore.fault(path, { status: 429, headers: { 'retry-after': '1' } });
    sigstore.fault(path, { status: 503 });
    const start = performance.now();
    await signStatement(newKeyless(sigstore, { rekor: true, tsa: true }), STATEMENT);
    expect(performance.now() - start).toBeGreaterThan(1000);
    expect(sigstore.requests.filter(asked => asked === path)).toHaveLength(3);
  });

  it('an entry whose answer was lost is not logged twice', async () => {
    sigstore.fault(LOG, { status: 502 }, 'done');
    await signStatement(await newWitnessed(sigstore, { rekor: true }), STATEMENT);
    expect(sigstore.requests).toEqual([LOG, LOG, expect.stringMatching(`^${LOG}/[0-9a-f]+$`)]);
  });

  it.each([
    [CERTIFY, { status: 400 }, 'SIGNATURE'],
    [CERTIFY, { status: 200, body: '{}' }, 'SIGNATURE'],
    [LOG, { status: 422 }, 'SIGNATURE'],
    [LOG, { status: 201, body: '{"a":{}}' }, 'SIGNATURE'],
    [LOG, { status: 409, headers: { location: 'elsewhere' } }, 'SIGNATURE'],
    [STAMP, { status: 403 }, 'SIGNATURE'],
    [STAMP, { status: 200, body: 'not a timestamp' }, 'SIGNATURE'],
    [STAMP, { status: 500 }, 'UNREACHABLE'],
  ])('%s fails where it answers %o', async (path, answer, code) => {
    // Three times, as often as a request is sent that a server fails at.
    for (let tried = 0; tried < 3; tried += 1) sigstore.fault(path, answer);
    const signing = signStatement(newKeyless(sigstore, { rekor: true, tsa: true }), STATEMENT);
    await expect(signing).rejects.toMatchObject({ code, hint: expect.any(String) });
  });

  it('one certificate serves many signatures as long as it is valid', async () => {
    const signer = newKeyless(sigstore, { rekor: true });
    await Promise.all(Array.from({ length: 5 }, () => signStatement(signer, STATEMENT)));
    expect(sigstore.requests.filter(path => path === CERTIFY)).toHaveLength(1);
  });

  it('a certificate is renewed before it ends', async () => {
    const http = createHttp();
    onTestFinished(() => http.close());
    let now = Date.now();
    const keys = certifiedKeys(
      { http, url: sigstore.url },
      async () => newToken(),
      () => now,
    );
    const first = await keys();
    now += 9 * 60_000;
    const [second, third] = await Promise.all([keys(), keys()]);
    expect(second).not.toBe(first);
    expect(third).toBe(second);
  });
});
