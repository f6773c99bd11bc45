import type { AcceptedSigner } from '../environments/accepted-signers.ts';
import type { Environment } from '../environments/environments.ts';
import type { NameMatch } from '../environments/trusted-source.ts';
import type { Candidate } from '../plan/candidates.ts';
import type { SignatureFinding } from './facts.ts';
import type { Gate } from './gate.ts';

/** Open if an accepted signer has signed the source image, and its children if required. */
export const signatureGate: Gate = {
  onRollback: 'decides',
  needs: (candidate, environment) =>
    acceptedSigners(environment, candidate).map(accepted => ({ kind: 'signature', accepted })),
  judge: (candidate, { signatures }, environment) => {
    const accepted = acceptedSigners(environment, candidate);
    if (accepted.length === 0) return undefined;
    const findings = signatures.get(candidate.image) ?? [];
    const passed = findings.find(isSigned);
    if (passed) return { kind: 'open', gate: 'signature', reason: `signed by ${signersOf(passed)}` };
    return {
      kind: 'closed',
      gate: 'signature',
      reason: findings.length === 0 ? 'no signature was looked for' : findings.map(refusalOf).join('; '),
      hint: `have ${candidate.source.repository} signed by ${accepted.map(signerName).join(' or ')}`,
    };
  },
};

/** A signer's name for people: the key's path, or the identity and its issuer. */
export function signerName({ signer }: AcceptedSigner): string {
  switch (signer.kind) {
    case 'key':
      return `key ${signer.key}`;
    case 'certificate':
      return `${nameText(signer.identity)} of ${nameText(signer.issuer)}`;
  }
}

/** Whether the signer has signed every manifest that must be signed. */
export function isSigned({ manifests }: SignatureFinding): boolean {
  return manifests.length > 0 && manifests.every(({ signature }) => signature.kind === 'signed');
}

function acceptedSigners({ gates }: Environment, { image }: Candidate): readonly AcceptedSigner[] {
  return (gates.signature ?? []).filter(({ images }) => images.length === 0 || images.includes(image));
}

function signersOf({ manifests }: SignatureFinding): string {
  const names = new Set(
    manifests.flatMap(({ signature }) => (signature.kind === 'signed' ? signature.by : [])),
  );
  const children = manifests.length - 1;
  return `${[...names].join(', ')}${children === 0 ? '' : `, and so are its ${children} children`}`;
}

/** Why none of a signer's signatures counts. */
export function refusalOf({ accepted, manifests }: SignatureFinding): string {
  const reasons = manifests.flatMap(({ platform, signature }) =>
    signature.kind === 'refused' ? [platform ? `${platform}: ${signature.reason}` : signature.reason] : [],
  );
  return `not by ${signerName(accepted)}: ${reasons.join(', ')}`;
}

function nameText(match: NameMatch): string {
  return match.kind === 'exact' ? match.text : `/${match.pattern}/`;
}
