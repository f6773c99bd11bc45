import type { Digest } from '../oci/digest.ts';
import type { Store } from '../registry/store.ts';
import { readAttestations } from '../signing/attestations.ts';
import { signerText } from '../signing/find-signer.ts';
import type { Trust } from '../signing/trust.ts';
import type { AttachedVex } from '../vulnerabilities/vex/statement.ts';
import { readVex, readVexDocument } from '../vulnerabilities/vex/vex.ts';

/** The most bytes of an attestation with VEX in it. */
const ATTESTED_VEX_LIMIT = 8 * 1024 * 1024;

/** Predicate types whose content has to be VEX, so that one which cannot be read is told. */
const VEX = /^https:\/\/(?:openvex\.dev\/|cyclonedx\.org\/vex\b)/;

/** Statements that are something else, and do not have to be opened. */
const OTHER =
  /^https:\/\/(?:sigstore\.dev\/cosign\/sign\/|cosign\.sigstore\.dev\/attestation\/vuln\/|gitops-promote\.dev\/|slsa\.dev\/|spdx\.dev\/|in-toto\.io\/attestation\/vulns)/;

/** VEX that accepted signers attached, and what of theirs could not be read, as sentences. */
export interface FoundVex {
  readonly vex: readonly AttachedVex[];
  readonly unread: readonly string[];
}

/**
 * Reads the VEX that accepted signers attached to an image and its platforms: OpenVEX, CycloneDX or CSAF as a signed
 * statement's predicate. A statement without a time is as old as its signature's verified time.
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
        // It may be the newest statement, so nothing older takes a finding away.
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

/** cosign's `custom` type wraps any text. */
function readPredicate(predicate: unknown) {
  const { Data: data } = (predicate ?? {}) as { readonly Data?: unknown };
  return typeof data === 'string' ? readVex(data) : readVexDocument(predicate);
}
