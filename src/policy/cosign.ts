import { PROMOTION } from '../records/statement.ts';
import { COSIGN_SIGN } from '../signing/statement.ts';
import type { TrustedSigner } from '../signing/trusted-signer.ts';
import { quoted, signerFlags } from './cosign-flags.ts';
import { pemOf } from './document.ts';
import type { PolicyRequest } from './policy-request.ts';

const LEGACY_TYPE = 'cosign container image signature';

/**
 * A script of cosign commands that accepts one image by its digest. Any bundle by a signer satisfies `cosign
 * verify`, so the script also requires the signature's own type.
 */
export function cosignScript({ signed, way, version }: PolicyRequest): string {
  const { environment, repositories, signers, signing } = signed;
  const isBundle = way === 'bundle';
  // A test shows that cosign 3 verifies records; earlier versions were not tested.
  const readsRecords = isBundle && Number(version.split('.')[0]) >= 3;
  const needsRoot = signing.trustedRoot !== undefined;
  const by = signers.map((signer, at) =>
    [
      ...signerFlags(signer, `"$directory/${at + 1}.pub"`),
      ...(needsRoot ? ['--trusted-root "$TRUSTED_ROOT"'] : []),
    ].join(' '),
  );
  const known = repositories.map(({ pull, push }) => `  ${quoted(pull)}) repository=${quoted(push)} ;;`);
  return `${[
    '#!/bin/sh',
    `# cosign ${version}: accepts an image as promote signs it for ${environment}, and ends with 1 for any other.`,
    '# Usage: sh accept.sh <repository>@<digest>. COSIGN names the program, COSIGN_FLAGS further options of it.',
    ...(readsRecords
      ? []
      : ['# Not bound: the record, and with it environment and repository. cosign 3 verifies it.']),
    'set -eu',
    `image=\${1:?name an image by its digest}`,
    ...(needsRoot ? [`: "\${TRUSTED_ROOT:?set it to the path of the trusted root of Sigstore}"`] : []),
    'case $image in *@sha256:*) ;; *) echo "$image names no digest" >&2; exit 1 ;; esac',
    `case \${image%@*} in`,
    ...known,
    `  *) echo "$image is in no repository of ${environment}" >&2; exit 1 ;;`,
    'esac',
    ...(signing.repository === undefined ? [] : [`export COSIGN_REPOSITORY=${quoted(signing.repository)}`]),
    'directory=$(mktemp -d)',
    'trap \'rm -rf "$directory"\' EXIT',
    ...signers.flatMap(keyFile),
    'signatures() {',
    ...by.map(
      flags =>
        `  "\${COSIGN:-cosign}" verify \${COSIGN_FLAGS:-} ${flags} "$image" 2>>"$directory/log" || true`,
    ),
    '}',
    `signatures | jq -se ${quoted(`any(.[][]; .critical.type == ${JSON.stringify(isBundle ? COSIGN_SIGN : LEGACY_TYPE)})`)} >"$directory/answer" || {`,
    '  cat "$directory/log" >&2',
    `  echo "$image has no signature for ${environment}" >&2`,
    '  exit 1',
    '}',
    ...(readsRecords ? recordLines(environment, by) : []),
    'echo "$image is accepted"',
  ].join('\n')}\n`;
}

function recordLines(environment: string, by: readonly string[]): readonly string[] {
  const query = `any(.[]; .payload | @base64d | fromjson | .predicateType == ${JSON.stringify(PROMOTION)} and .predicate.environment.to == $environment and .predicate.target.repository == $repository and .predicate.digest == $digest)`;
  return [
    'records() {',
    ...by.map(
      flags =>
        `  "\${COSIGN:-cosign}" verify-attestation \${COSIGN_FLAGS:-} --type ${quoted(PROMOTION)} ${flags} "$image" 2>>"$directory/log" || true`,
    ),
    '}',
    `records | jq -se --arg environment ${quoted(environment)} --arg repository "$repository" --arg digest "\${image##*@}" \\`,
    `  ${quoted(query)} >"$directory/answer" || {`,
    '  cat "$directory/log" >&2',
    `  echo "$image has no record of a promotion into ${environment}" >&2`,
    '  exit 1',
    '}',
  ];
}

function keyFile(signer: TrustedSigner, at: number): readonly string[] {
  if (signer.kind !== 'key') return [];
  return [`cat >"$directory/${at + 1}.pub" <<'KEY'`, pemOf(signer).trimEnd(), 'KEY'];
}
