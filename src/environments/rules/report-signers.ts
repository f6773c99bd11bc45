import { isDeepStrictEqual } from 'node:util';
import { normaliseAccepted, type WrittenSigners } from '../accepted-signers.ts';
import type { Issue, Path } from '../diagnostics/issue.ts';
import type { WrittenApproval } from '../gates/approval.ts';
import type { WrittenSigning } from '../schema/environments.ts';
import { normaliseTrusted, type TrustedSource } from '../trusted-source.ts';
import type { Rule } from './rule.ts';

/**
 * Whoever signs scan reports, VEX, test results or approvals signs no images. Cosign 3 takes any attestation by a key
 * for a signature by it, so a report would make an image count as signed.
 */
export const reportSignersSignNoImages: Rule = ({ file }) => {
  const signings = [file.signing, ...Object.values(file.environments).map(({ signing }) => signing)];
  const own = signings.flatMap(signing => (signing === undefined ? [] : signersOf(signing)));
  return Object.entries(file.environments).flatMap(([name, { gates, rollback }]) => {
    const { signers, vex } = gates?.vulnerabilities ?? {};
    const path = ['environments', name, 'gates', 'vulnerabilities'];
    const checks = (gates?.checks ?? []).flatMap((check, index) =>
      check.signers === undefined
        ? []
        : issuesOf(check.signers, ['environments', name, 'gates', 'checks', index, 'signers'], own),
    );
    return [
      ...checks,
      ...(signers === undefined ? [] : issuesOf(signers, [...path, 'signers'], own)),
      ...(vex === undefined ? [] : issuesOf(vex.signers, [...path, 'vex', 'signers'], own)),
      ...approverIssues(gates?.approval, ['environments', name, 'gates', 'approval'], own),
      ...approverIssues(rollback?.approval, ['environments', name, 'rollback', 'approval'], own),
    ];
  });
};

function issuesOf(written: WrittenSigners, path: Path, own: readonly TrustedSource[]): readonly Issue[] {
  return normaliseAccepted(written).flatMap(({ signer }, index): readonly Issue[] => {
    if (!own.some(one => isDeepStrictEqual(one, signer))) return [];
    const at = Array.isArray(written) ? [...path, index] : path;
    return [
      {
        path: [...at, signer.kind === 'key' ? 'key' : 'keyless'],
        at: 'value',
        message: 'this signer signs images, too, and cosign takes any attestation by it for a signature',
        hint: 'give scan reports, VEX and test results a key or an identity of their own',
      },
    ];
  });
}

/** An approval is an attestation of its image as well. */
function approverIssues(
  written: WrittenApproval | undefined,
  path: Path,
  own: readonly TrustedSource[],
): readonly Issue[] {
  if (written === undefined) return [];
  if (Array.isArray(written))
    return written.flatMap((entry, index) => approverIssues(entry, [...path, index], own));
  return (written.signers ?? []).flatMap(({ keys = [], identities = [] }, person) => {
    const sources = { keys, identities };
    return Object.entries(sources).flatMap(([name, list]) =>
      list.flatMap((one, index): readonly Issue[] => {
        if (!own.some(known => isDeepStrictEqual(known, normaliseTrusted(one)))) return [];
        return [
          {
            path: [...path, 'signers', person, name, index],
            at: 'value',
            message: 'this signer signs images, too, and cosign takes any attestation by it for a signature',
            hint: 'approve with a key or an identity that signs no images',
          },
        ];
      }),
    );
  });
}

function signersOf({ key, publicKey, keyless, trusted = [] }: WrittenSigning): readonly TrustedSource[] {
  const written = [
    key,
    publicKey,
    keyless && { identity: keyless.identity, issuer: keyless.issuer },
    ...trusted,
  ];
  return written.filter(one => one !== undefined).map(normaliseTrusted);
}
