import { hexOf } from '../../oci/digest.ts';
import { quoted, signerFlags } from '../../policy/cosign-flags.ts';
import { pemOf } from '../../policy/document.ts';
import type { PromotionRecord } from '../../records/statement.ts';
import type { Custody } from '../../reports/custody.ts';
import { neutralise } from '../../reports/neutralise.ts';
import type { TrustedSigner } from '../../signing/trusted-signer.ts';

/** A signed bundle in the audit, and the claims that it must have. */
export interface AuditedBundle {
  readonly file: string;
  readonly what: string;
  /** The predicate type of its statement. */
  readonly type: string;
  readonly signer: TrustedSigner;
  /** A jq filter that the signed statement must satisfy. */
  readonly query: string;
  /** Whether verification needs a trusted root that is not the public one. */
  readonly needsRoot: boolean;
}

interface Audited {
  readonly manifest: string;
  readonly bundles: readonly AuditedBundle[];
  readonly missing: readonly string[];
}

/** The script that verifies the bundles with cosign and jq alone, and the public keys that it needs. */
export function auditScript(
  { image, chains }: Custody,
  audited: readonly Audited[],
): { readonly script: string; readonly keys: readonly string[] } {
  const signers = audited.flatMap(({ bundles }) => bundles.map(({ signer }) => signer));
  const keys = [...new Set(signers.flatMap(signer => (signer.kind === 'key' ? [pemOf(signer)] : [])))];
  const needsRoot = audited.some(({ bundles }) => bundles.some(bundle => bundle.needsRoot));
  const lines = audited.flatMap(({ manifest, bundles, missing }, index) => {
    const chain = chains[index];
    if (chain === undefined) return [];
    const { environment, repository, digest, gaps } = chain;
    const gap = (text: string) => `gap ${quoted(neutralise(text))}`;
    return [
      `echo ${quoted(neutralise(`${image} ${digest} at ${repository}, into ${environment}`))}`,
      ...bundles.map(bundle => {
        const { file, what, type, signer, query } = bundle;
        const key = signer.kind === 'key' ? `"$KEYS/${keys.indexOf(pemOf(signer)) + 1}.pub"` : '';
        const claim = `(.subject | any(.digest.sha256 == ${JSON.stringify(hexOf(digest))})) and (${query} | . != false and . != null)`;
        return `verify ${quoted(what)} ${file} ${manifest} ${quoted(type)} ${quoted(claim)} ${signerFlags(signer, key).join(' ')}`;
      }),
      ...missing.map(gap),
      ...gaps.map(({ environment: where = 'build', code, detail }) => gap(`${where}: ${code}: ${detail}`)),
    ];
  });
  const script = [...HEAD, ...(needsRoot ? [ROOT] : []), ...BODY, ...lines, ...END].join('\n');
  return { script: `${script}\n`, keys };
}

/** The filter for the record of this promotion. */
export function recordQuery({ environment, target, digest, planDigest }: PromotionRecord): string {
  return equal({
    '.predicate.environment.from': environment.from,
    '.predicate.environment.to': environment.to,
    '.predicate.target.repository': target.repository,
    '.predicate.digest': digest,
    '.predicate.planDigest': planDigest,
  });
}

/** The filter for a passed verification summary of this record's environment and repository. */
export function summaryQuery({ environment, target }: PromotionRecord): string {
  return equal({
    '.predicate.verificationResult': 'PASSED',
    '.predicate.gitopsPromote_promotion.environment': environment.to,
    '.predicate.gitopsPromote_promotion.repository': target.repository,
  });
}

/** The filter for provenance with this builder. */
export function builtQuery(builder: string): string {
  return equal({ '(.predicate.runDetails.builder.id // .predicate.builder.id)': builder });
}

function equal(claims: Readonly<Record<string, string>>): string {
  return Object.entries(claims)
    .map(([path, value]) => `${path} == ${JSON.stringify(value)}`)
    .join(' and ');
}

const HEAD = [
  '#!/bin/sh',
  '# Verifies this chain of custody with cosign 3 and jq alone. It asks no registry, and nothing of promote.',
  '# The keys in keys/ are from who made the bundle. Compare them with keys that you know, or name a directory',
  '# with your own of the same names: KEYS=<directory> sh verify.sh',
  '# COSIGN names the program, TRUSTED_ROOT a trusted root of Sigstore (default: the public one).',
  'set -eu',
  'cd "$(dirname "$0")"',
];
const ROOT = `: "\${TRUSTED_ROOT:?set it to the path of the trusted root of your own Sigstore}"`;
const BODY = [
  `KEYS=\${KEYS:-keys}`,
  'gaps=0',
  'gap() { echo "  gap: $1"; gaps=1; }',
  'verify() {',
  '  what=$1 file=$2 manifest=$3 type=$4 claim=$5',
  '  shift 5',
  `  "\${COSIGN:-cosign}" verify-blob-attestation --bundle "$file" --type "$type" \${TRUSTED_ROOT:+--trusted-root "$TRUSTED_ROOT"} "$@" "$manifest" >/dev/null`,
  '  jq -e ".dsseEnvelope.payload | @base64d | fromjson | $claim" "$file" >/dev/null || {',
  '    echo "$file: the signed statement is about something else" >&2',
  '    exit 1',
  '  }',
  '  echo "  verified: $what"',
  '}',
];
const END = [
  'if [ "$gaps" -ne 0 ]; then echo "not proven: there are gaps" >&2; exit 1; fi',
  'echo "proven from the build on"',
];
