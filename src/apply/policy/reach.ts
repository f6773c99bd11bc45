import type { Environment, Signing } from '../../environments/environments.ts';
import { PromoteError } from '../../errors.ts';
import type { Finding } from '../../plan/check.ts';

/** Who decides about an image by its signatures, and how that is told what to accept. */
export const POLICY_FORMATS = ['kyverno', 'policy-controller', 'containers-policy', 'cosign'] as const;

export type PolicyFormat = (typeof POLICY_FORMATS)[number];

/** The form of a signature that a verifier reads. */
export type Way = 'bundle' | 'legacy';

/** A kind of signer. */
export type SignerKind = 'key' | 'certificate';

/** A verifier's version, as `[major, minor, patch]`. */
export type Version = readonly [number, number, number];

interface Span {
  readonly way: Way;
  readonly by: readonly SignerKind[];
  readonly from: Version;
  /** The first version without it; absent: all that are known have it. */
  readonly until?: Version | undefined;
}

interface Verifier {
  /** The first and the last release line that is known; absent: its form does not differ by version. */
  readonly known?: readonly [first: string, last: string] | undefined;
  /** In the order in which they are preferred. */
  readonly reads: readonly Span[];
}

const BOTH = ['key', 'certificate'] as const;

/**
 * What each verifier reads: https://kyverno.io/docs/policy-types/cluster-policy/verify-images/sigstore,
 * https://github.com/sigstore/policy-controller/blob/main/pkg/webhook/validator.go (`checkOptsFromAuthority`),
 * https://github.com/containers/image/blob/main/docs/containers-policy.json.5.md; cosign as it was seen to do.
 */
const VERIFIERS: Readonly<Record<PolicyFormat, Verifier>> = {
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
  'containers-policy': { reads: [{ way: 'legacy', by: ['key'], from: [0, 0, 0] }] },
  cosign: {
    known: ['2.0', '3.1'],
    reads: [
      { way: 'bundle', by: BOTH, from: [2, 6, 3] },
      // A later one looks at bundles alone where there is any, and each of our records is one.
      { way: 'legacy', by: BOTH, from: [2, 0, 0], until: [2, 6, 3] },
    ],
  },
};

/** Reads `--for`; throws `USAGE` where it is missing, is no version, or is none that is known. */
export function parseFor(format: PolicyFormat, text: string | undefined): Version {
  const { known } = VERIFIERS[format];
  if (known === undefined) {
    if (text === undefined) return [0, 0, 0];
    throw usage(`--for ${text}: ${format} has one form for all versions`, 'leave --for out');
  }
  const [first, last] = known;
  const hint = `name one from ${first} to ${last}, such as --for ${last}`;
  if (text === undefined) throw usage(`--format ${format} differs by version, and --for names none`, hint);
  const [, major, minor, patch = '0'] = /^v?(\d+)\.(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (major === undefined || minor === undefined) throw usage(`--for ${text}: expected a version`, hint);
  const version: Version = [Number(major), Number(minor), Number(patch)];
  const line: Version = [version[0], version[1], 0];
  if (compare(line, lineOf(first)) < 0 || compare(line, lineOf(last)) > 0)
    throw usage(`--for ${text}: what ${format} ${text} reads is not known`, hint);
  return version;
}

/** The form in which a verifier of that version reads the signatures of all these kinds of signers, if there is one. */
export function wayOf(
  format: PolicyFormat,
  version: Version,
  { kinds, formats }: { readonly kinds: readonly SignerKind[]; readonly formats: Signing['formats'] },
): Way | undefined {
  const reads = (way: Way, kind: SignerKind) =>
    VERIFIERS[format].reads.some(
      span =>
        span.way === way &&
        span.by.includes(kind) &&
        compare(version, span.from) >= 0 &&
        (span.until === undefined || compare(version, span.until) < 0),
    );
  return (['bundle', 'legacy'] as const).find(
    way => formats.includes(way) && kinds.every(kind => reads(way, kind)),
  );
}

/** Says which verifiers read the signatures in the configured formats. */
export function checkReach({ name, signing }: Environment): readonly Finding[] {
  if (signing === undefined) return [];
  const { by, formats } = signing;
  const kind = by.kind === 'key' ? 'key' : 'certificate';
  const reached = POLICY_FORMATS.flatMap(format => {
    const spans = VERIFIERS[format].reads.filter(
      span => formats.includes(span.way) && span.by.includes(kind),
    );
    return spans.length === 0 ? [] : [`${format}${spanText(format, spans)}`];
  });
  const unreached = POLICY_FORMATS.filter(format => !reached.some(text => text.split(' ')[0] === format));
  const message = `signing.formats [${formats.join(', ')}] is read by ${reached.join(', ')}${unreached.length === 0 ? '' : `, and not by ${unreached.join(', ')}`}`;
  return [
    {
      severity: 'note',
      subject: name,
      message,
      hint: `promote policy ${name} --format ${reached[0]?.split(' ')[0] ?? 'cosign'} prints what admission has to accept`,
    },
  ];
}

function spanText(format: PolicyFormat, spans: readonly Span[]): string {
  if (VERIFIERS[format].known === undefined) return '';
  const [first] = spans.toSorted((left, right) => compare(left.from, right.from));
  const isOpen = spans.some(({ until }) => until === undefined);
  const last = isOpen ? undefined : spans[0]?.until;
  const from = shown(first?.from ?? [0, 0, 0]);
  return last === undefined ? ` from ${from}` : ` from ${from} to before ${shown(last)}`;
}

function shown([major, minor, patch]: Version): string {
  return patch === 0 ? `${major}.${minor}` : `${major}.${minor}.${patch}`;
}

function lineOf(text: string): Version {
  const [major = 0, minor = 0] = text.split('.').map(Number);
  return [major, minor, 0];
}

function compare(left: Version, right: Version): number {
  return left[0] - right[0] || left[1] - right[1] || left[2] - right[2];
}

function usage(message: string, hint: string): PromoteError {
  return new PromoteError('USAGE', message, { hint });
}
