import { describe, expect, it, vi } from 'vitest';
import { PromoteError } from '../../src/errors.ts';
import { parseManifest } from '../../src/oci/manifest.ts';
import type { Store } from '../../src/registry/store.ts';
import { cosignStatement, inTotoStatement } from '../../src/signing/statement.ts';
import { attach, newImage, newStore } from './counted-store.ts';
import { newSigner } from './keys.ts';
import { sign } from './sign-image.ts';

describe('signImage', () => {
  it('attaches what cosign attaches, and lists it as it is listed', async () => {
    const store = await newStore();
    const subject = await newImage(store);
    const outcome = await sign(store, subject, await newSigner());
    const [referrer] = await store.referrers(subject.digest);
    expect(outcome).toEqual({ kind: 'signed', formats: ['bundle'] });
    const content = referrer && (await store.manifest(referrer.digest));
    expect(content && parseManifest(content)).toMatchObject({
      artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      config: {
        mediaType: 'application/vnd.oci.empty.v1+json',
        digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
        size: 2,
      },
      layers: [{ mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json' }],
      subject,
      annotations: {
        'dev.sigstore.bundle.content': 'dsse-envelope',
        'dev.sigstore.bundle.predicateType': 'https://sigstore.dev/cosign/sign/v1',
        'org.opencontainers.image.created': '2026-11-20T10:00:00.000Z',
      },
    });
  });

  it('writes nothing where a signature of ours is there', async () => {
    const store = await newStore();
    const subject = await newImage(store);
    const signer = await newSigner();
    await sign(store, subject, signer);
    store.calls.length = 0;
    expect(await sign(store, subject, signer)).toEqual({ kind: 'present' });
    expect(store.calls).toEqual(['manifest', 'blob']);
  });

  it('counts a signature by a key that was rotated out', async () => {
    const store = await newStore();
    const subject = await newImage(store);
    const [old, current] = [await newSigner(), await newSigner()];
    await sign(store, subject, old);
    expect(await sign(store, subject, current, { others: [old] })).toEqual({ kind: 'present' });
  });

  it('signs although another has signed', async () => {
    const store = await newStore();
    const subject = await newImage(store);
    await sign(store, subject, await newSigner());
    expect(await sign(store, subject, await newSigner())).toMatchObject({ kind: 'signed' });
  });

  it('signs although we attested an SBOM, whatever its annotation calls it', async () => {
    const store = await newStore();
    const subject = await newImage(store);
    const signer = await newSigner();
    const { digest } = subject;
    const statement = inTotoStatement({ digest, predicateType: 'https://spdx.dev/Document', predicate: {} });
    const hinted = cosignStatement(digest).predicateType;
    await attach(store, subject, { signer, statement, hinted });
    expect(await sign(store, subject, signer)).toMatchObject({ kind: 'signed' });
  });

  it('signs although our signature of another image was attached to this one', async () => {
    const store = await newStore();
    const [subject, other] = [await newImage(store), await newImage(store, 'other')];
    const signer = await newSigner();
    await attach(store, subject, { signer, statement: cosignStatement(other.digest) });
    expect(await sign(store, subject, signer)).toMatchObject({ kind: 'signed' });
  });

  it('uploads the empty config once to a store', async () => {
    const store = await newStore();
    const subject = await newImage(store);
    store.calls.length = 0;
    await Promise.all([sign(store, subject, await newSigner()), sign(store, subject, await newSigner())]);
    await sign(store, subject, await newSigner());
    expect(store.calls.filter(call => call === 'putBlob')).toHaveLength(4);
  });

  it('uploads the empty config again where it could not be uploaded', async () => {
    const store = await newStore();
    const subject = await newImage(store);
    const lost = new PromoteError('UNREACHABLE', 'write blob: the registry is gone');
    const unsteady: Store = { ...store, putBlob: vi.fn(store.putBlob).mockRejectedValueOnce(lost) };
    await expect(sign(unsteady, subject, await newSigner())).rejects.toBe(lost);
    expect(await sign(unsteady, subject, await newSigner())).toMatchObject({ kind: 'signed' });
  });
});
