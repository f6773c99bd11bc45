import type { Digest } from '../oci/digest.ts';
import type { Store } from '../registry/store.ts';
import { readAttestations } from '../signing/attestations.ts';
import { signerText } from '../signing/find-signer.ts';
import type { Trust } from '../signing/trust.ts';
import type { AttachedVex } from '../vulnerabilities/vex/statement.ts';
import { readVex, readVexDocument } from '../vulnerabilities/vex/vex.ts';

/** The most bytes of an attestation that contains VEX. */
const ATTESTED_VEX_LIMIT = 8 * 1024 * 1024;

/** Predicate types whose content must be VEX. If it cannot be read, that is reported. */
const VEX = /^https:\/\/(?:openvex\.dev\/|cyclonedx\.org\/vex\b)/;

/** Statements with other content, which need not be opened. */
const OTHER =
  /^https:\/\/(?:sigstore\.dev\/cosign\/sign\/|cosign\.sigstore\.dev\/attestation\/vuln\/|gitops-promote\.dev\/|slsa\.dev\/|spdx\.dev\/|in-toto\.io\/attestation\/vulns)/;

/** VEX that accepted signers attached, and sentences about what could not be read. */
export interface FoundVex {
  readonly vex: readonly AttachedVex[];
  readonly unread: readonly string[];
}

/**
 * Reads the VEX that accepted signers attached to an image and its platforms, as the predicate of a signed
 * statement: OpenVEX, CycloneDX or CSAF. A statement without a time has its signature's verified time.
 */
export async function readAttachedVex(
  store: Store,
  subjects: Iterable<Digest>,
  trusts: readonly Trust[],
): Promise<FoundVex> {
  const vex: AttachedVex[] = [];
  const unread: string[] = [];
  for (const subject of subjects) {
    const isOther = (type: string) => OTHER.test(type);
    const search = { store, digest: subject, trusts, limit: ATTESTED_VEX_LIMIT, isOther };
    for await (const attestation of readAttestations(search)) {
      if (attestation.kind !== 'verified') {
        // This may be the newest statement, so older statements may no longer apply.
        if (attestation.reason === 'too-large')
          unread.push(`an attestation is too large to be read as VEX: ${attestation.detail}`);
        continue;
      }
      const { statement, time, manifest: evidence } = attestation;
      const reading = readPredicate(statement.predicate);
      if (reading.kind === 'statements') {
        const statements = reading.statements.map(one => ({ ...one, time: one.time ?? time }));
        vex.push({ subject, statements, evidence });
      } else if (VEX.test(statement.predicateType))
        unread.push(`VEX by ${signerText(attestation)} cannot be read: ${reading.reason}`);
    }
  }
  return { vex, unread };
}

/** cosign's `custom` type contains any text. */
function readPredicate(predicate: unknown) {
  const { Data: data } = (predicate ?? {}) as { readonly Data?: unknown };
  return typeof data === 'string' ? readVex(data) : readVexDocument(predicate);
}
