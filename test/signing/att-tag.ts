import { cosignTag } from '../../src/oci/cosign-tag.ts';
import type { Digest } from '../../src/oci/digest.ts';
import { MEDIA_TYPES, manifestContent } from '../../src/oci/manifest.ts';
import { putBytes } from '../../src/registry/put-bytes.ts';
import type { Store } from '../../src/registry/store.ts';
import { signStatement } from '../../src/signing/bundle.ts';
import type { Signer } from '../../src/signing/signer.ts';
import type { Statement } from '../../src/signing/statement.ts';

/** Puts a signed statement under cosign's tag `.att` of an image, as `cosign attest` of cosign 2 does. */
export async function tagAttestation(
  store: Store,
  digest: Digest,
  { signer, statement }: { readonly signer: Signer; readonly statement: Statement },
): Promise<void> {
  const signed = await signStatement(signer, statement);
  const { dsseEnvelope } = JSON.parse(Buffer.from(signed).toString());
  const envelope = Buffer.from(JSON.stringify(dsseEnvelope));
  const config = await putBytes(store, MEDIA_TYPES.config, Buffer.from('{}'));
  const layer = await putBytes(store, 'application/vnd.dsse.envelope.v1+json', envelope);
  const layers = [{ ...layer, annotations: { 'dev.cosignproject.cosign/signature': '' } }];
  const manifest = { schemaVersion: 2, mediaType: MEDIA_TYPES.manifest, config, layers };
  await store.putManifest(manifestContent(Buffer.from(JSON.stringify(manifest))), cosignTag(digest, 'att'));
}
