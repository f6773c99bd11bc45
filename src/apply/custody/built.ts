import type { AcceptedSigner } from '../../environments/accepted-signers.ts';
import type { Environment } from '../../environments/environments.ts';
import { type ReadAttachment, readReferrer, readTagged } from '../../images/attachments.ts';
import { PROVENANCE, readProvenance } from '../../images/provenance.ts';
import { cosignTag } from '../../oci/cosign-tag.ts';
import type { Digest } from '../../oci/digest.ts';
import type { Built } from '../../reports/custody.ts';
import { PREDICATE_TYPE_HINT } from '../../signing/attach.ts';
import { type EvidenceSearch, verifyBundles } from '../../signing/find.ts';
import { isAbout } from '../../signing/statement.ts';
import type { Effects } from '../effects.ts';

type Place = Omit<EvidenceSearch, 'trust'>;

/** What the provenance attached to an image says, and whether a signer that the entry environment accepts signed it. */
export async function readBuilt(
  effects: Pick<Effects, 'trust'>,
  place: Place,
  { gates }: Environment,
): Promise<readonly Built[]> {
  const { store, digest, referrers } = place;
  // A bundle of another predicate is not opened; one without the annotation may be provenance.
  const candidates = referrers.filter(({ annotations = {} }) =>
    (annotations[PREDICATE_TYPE_HINT] ?? PROVENANCE).startsWith(PROVENANCE),
  );
  const tag = cosignTag(digest, 'att');
  const read = [
    ...(await Promise.all(candidates.map(one => readReferrer(store, digest, one)))).flat(),
    ...(tag === undefined ? [] : await readTagged(store, tag)),
  ];
  const accepted = [...(gates.signature ?? []), ...(gates.provenance ?? []).map(rule => rule.accepted)];
  const verified = await verifiedIn(effects, place, accepted);
  return read.flatMap(found => builtOf(found, digest, verified));
}

function builtOf(
  { attachment, statement }: ReadAttachment,
  digest: Digest,
  verified: ReadonlySet<Digest>,
): readonly Built[] {
  if (statement === undefined || !isAbout(statement, digest)) return [];
  const claims = readProvenance(statement);
  if (claims === undefined) return [];
  const { digest: manifest, by } = attachment;
  return [{ manifest, ...claims, by, verified: verified.has(manifest) }];
}

/** The bundles of provenance by an accepted signer. */
async function verifiedIn(
  effects: Pick<Effects, 'trust'>,
  place: Place,
  accepted: readonly AcceptedSigner[],
): Promise<ReadonlySet<Digest>> {
  const found = new Set<Digest>();
  for (const signer of accepted) {
    const trust = await effects.trust(signer);
    for (const version of ['v0.2', 'v1']) {
      for await (const { kind, manifest } of verifyBundles(
        { ...place, trust },
        `${PROVENANCE}${version}`,
        {},
      ))
        if (kind === 'verified') found.add(manifest);
    }
  }
  return found;
}
