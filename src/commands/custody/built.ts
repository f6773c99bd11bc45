import type { AcceptedSigner } from '../../environments/accepted-signers.ts';
import type { Environment } from '../../environments/environments.ts';
import { type ReadAttachment, readReferrer, readTagged } from '../../images/attachments.ts';
import { judgeVerified, verifyProvenances } from '../../images/judge-provenance.ts';
import { PROVENANCE, readProvenance } from '../../images/provenance.ts';
import { cosignTag } from '../../oci/cosign-tag.ts';
import type { Digest } from '../../oci/digest.ts';
import type { Built } from '../../reports/custody.ts';
import type { Effects } from '../../run/effects.ts';
import { PREDICATE_TYPE_HINT } from '../../signing/attach.ts';
import type { EvidenceSearch } from '../../signing/find.ts';
import { isAbout } from '../../signing/statement.ts';
import type { Verified } from '../../signing/verify.ts';

type Place = Omit<EvidenceSearch, 'trust'>;

/** Reads the provenance attached to an image, and whether the entry environment's gates accept it. */
export async function readBuilt(
  effects: Pick<Effects, 'trust'>,
  place: Place,
  image: string,
  entry: Environment,
): Promise<readonly Built[]> {
  const { store, digest, referrers } = place;
  // A bundle with another predicate type is not opened. One without the annotation may be provenance.
  const candidates = referrers.filter(({ annotations = {} }) =>
    (annotations[PREDICATE_TYPE_HINT] ?? PROVENANCE).startsWith(PROVENANCE),
  );
  const tag = cosignTag(digest, 'att');
  const read = [
    ...(await Promise.all(candidates.map(one => readReferrer(store, digest, one)))).flat(),
    ...(tag === undefined ? [] : await readTagged(store, tag)),
  ];
  const verified = read.length === 0 ? new Set<string>() : await verifiedIn(effects, place, image, entry);
  return read.flatMap(found => builtOf(found, digest, verified));
}

function builtOf(
  { attachment, statement }: ReadAttachment,
  digest: Digest,
  verified: ReadonlySet<string>,
): readonly Built[] {
  if (statement === undefined || !isAbout(statement, digest)) return [];
  const claims = readProvenance(statement);
  if (claims === undefined) return [];
  const { digest: manifest, by, tag } = attachment;
  // Statements that are layers under a tag have no manifest of their own.
  const key = tag === undefined ? manifest : JSON.stringify(statement);
  const { parameters: _, ...told } = claims;
  return [{ manifest, ...told, by, verified: verified.has(key) }];
}

/** The accepted signers of provenance: those of the gate `provenance`, else those of the gate `signature`. */
export function acceptedBuilders(image: string, { gates }: Environment): readonly AcceptedBuilder[] {
  const isFor = ({ images }: { readonly images: readonly string[] }) =>
    images.length === 0 || images.includes(image);
  const rules = (gates.provenance ?? []).filter(isFor);
  return rules.length > 0
    ? rules.flatMap(rule => {
        const counts = (found: Verified) => judgeVerified(found, rule).kind === 'built';
        // A rule without a signer accepts unsigned provenance, which proves nothing here.
        return rule.accepted === undefined ? [] : [{ signer: rule.accepted, counts }];
      })
    : (gates.signature ?? []).filter(isFor).map(signer => ({ signer, counts: () => true }));
}

/** A signer, and the test of which of its provenance counts. */
interface AcceptedBuilder {
  readonly signer: AcceptedSigner;
  readonly counts: (found: Verified) => boolean;
}

/** Finds the accepted provenance; the result has digests of manifests, and texts of statements in layers. */
async function verifiedIn(
  effects: Pick<Effects, 'trust'>,
  place: Place,
  image: string,
  entry: Environment,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const { signer, counts } of acceptedBuilders(image, entry)) {
    const trust = await effects.trust(signer);
    for await (const { verification, manifest } of verifyProvenances({ ...place, trust }))
      if (verification.kind === 'verified' && counts(verification))
        found.add(manifest ?? JSON.stringify(verification.statement));
  }
  return found;
}
