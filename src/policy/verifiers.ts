/** The verifiers that policy documents can be printed for. */
export const POLICY_FORMATS = [
  'kyverno',
  'policy-controller',
  'ratify',
  'containers-policy',
  'cosign',
] as const;

export type PolicyFormat = (typeof POLICY_FORMATS)[number];

/** The form of a signature that a verifier reads. */
export type Way = 'bundle' | 'legacy';

/** A kind of signer. */
export type SignerKind = 'key' | 'certificate';

/** A verifier's version, as `[major, minor, patch]`. */
export type Version = readonly [number, number, number];

export interface Span {
  readonly way: Way;
  readonly by: readonly SignerKind[];
  readonly from: Version;
  /** The first version without it; absent: every later known version has it. */
  readonly until?: Version | undefined;
}

export interface Verifier {
  /** The first and the last known release line; absent: its form is the same in every version. */
  readonly known?: readonly [first: string, last: string] | undefined;
  /** The first version that reads entries of a log of Rekor's version 2; absent: no version is known to. */
  readonly tiles?: Version | undefined;
  /** In the order in which they are preferred. */
  readonly reads: readonly Span[];
}

const BOTH = ['key', 'certificate'] as const;

/**
 * What each verifier reads: https://kyverno.io/docs/policy-types/cluster-policy/verify-images/sigstore,
 * https://github.com/sigstore/policy-controller/blob/main/pkg/webhook/validator.go (`checkOptsFromAuthority`),
 * https://github.com/containers/image/blob/main/docs/containers-policy.json.5.md; cosign as it was seen to do.
 */
export const VERIFIERS: Readonly<Record<PolicyFormat, Verifier>> = {
  kyverno: {
    known: ['1.13', '1.19'],
    reads: [
      { way: 'bundle', by: ['certificate'], from: [1, 13, 0] },
      { way: 'bundle', by: ['key'], from: [1, 19, 0] },
      { way: 'legacy', by: BOTH, from: [1, 13, 0] },
    ],
  },
  'policy-controller': {
    known: ['0.13', '0.15'],
    reads: [
      { way: 'bundle', by: ['certificate'], from: [0, 13, 0] },
      { way: 'legacy', by: BOTH, from: [0, 13, 0] },
    ],
  },
  // Only with `key` does it compare the signed digest: see `ratifyPolicy`.
  ratify: { known: ['1.2', '1.4'], reads: [{ way: 'legacy', by: ['key'], from: [1, 2, 0] }] },
  'containers-policy': { reads: [{ way: 'legacy', by: ['key'], from: [0, 0, 0] }] },
  cosign: {
    known: ['2.0', '3.1'],
    // https://github.com/sigstore/sigstore-go/pull/627, which came with sigstore-go 1.2.
    tiles: [3, 1, 0],
    reads: [
      { way: 'bundle', by: BOTH, from: [2, 6, 3] },
      // Later versions ignore `.sig` if there is any bundle, and each of our records is a bundle.
      { way: 'legacy', by: BOTH, from: [2, 0, 0], until: [2, 6, 3] },
    ],
  },
};

/** Orders versions, the oldest first. */
export function compareVersions(left: Version, right: Version): number {
  return left[0] - right[0] || left[1] - right[1] || left[2] - right[2];
}
