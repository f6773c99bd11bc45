import { PUBLIC_SIGSTORE } from '../environments/normalise/signing.ts';
import { signersText } from './check-reach.ts';
import { containersPolicy } from './containers-policy.ts';
import { cosignScript } from './cosign.ts';
import { kyvernoPolicy } from './kyverno.ts';
import { policyControllerPolicy } from './policy-controller.ts';
import { type AdmissionPolicy, refused } from './policy-request.ts';
import { ratifyPolicy } from './ratify.ts';
import { parseFor, wayOf } from './reach.ts';
import type { Signed } from './signed.ts';
import type { PolicyFormat } from './verifiers.ts';

/**
 * The document that makes a verifier accept what is signed for an environment. Throws `USAGE` or
 * `CONFIGURATION` if that version cannot verify it: no weaker document is printed.
 */
export function admissionPolicy(
  signed: Signed,
  format: PolicyFormat,
  named: string | undefined,
): AdmissionPolicy {
  const parsed = parseFor(format, named);
  const { signing, signers, environment, repositories } = signed;
  const kinds = [...new Set(signers.map(({ kind }) => kind))];
  const way = wayOf(format, parsed, { ...signing, kinds });
  const version = (named ?? '').replace(/^v/, '');
  const verifier = named === undefined ? format : `${format} ${version}`;
  if (way === undefined && signing.rekorVersion === 2) {
    throw refused(
      `${verifier} is not known to verify entries of a log of version 2`,
      'set signing.rekor to { version: 1 }, or name --format cosign --for 3.1',
    );
  }
  if (way === undefined) {
    const isFormat = wayOf(format, parsed, { kinds, formats: ['bundle', 'legacy'] }) !== undefined;
    throw refused(
      `${verifier} cannot verify signatures by ${signersText(kinds)} in the formats [${signing.formats.join(', ')}]`,
      isFormat
        ? `set signing.formats of ${environment} to [bundle, legacy], or see promote check for the versions that read it`
        : 'no signing.formats change that: name another --format, which promote check lists',
    );
  }
  if (repositories.length === 0) {
    throw refused(
      `${environment} has image layouts alone, and no cluster pulls from these`,
      'name an environment with a registry',
    );
  }
  if (format !== 'cosign') assertPublic(signed, verifier);
  if (format !== 'cosign' && signing.repository !== undefined) {
    throw refused(
      `${verifier}: evidence in ${signing.repository}, and not beside the images, is not put in words`,
      'use --format cosign, or take signing.repository out',
    );
  }
  const request = { signed, way, version };
  switch (format) {
    case 'kyverno':
      return { text: kyvernoPolicy(request), notes: [] };
    case 'policy-controller':
      return { text: policyControllerPolicy(request), notes: [] };
    case 'ratify':
      return { text: ratifyPolicy(request), notes: [] };
    case 'containers-policy':
      return containersPolicy(request);
    case 'cosign':
      return { text: cosignScript(request), notes: [] };
  }
}

/** Throws if verification needs services that the document cannot name. */
function assertPublic({ signing, signers }: Signed, verifier: string): void {
  const { trustedRoot, rekor, tsa } = signing;
  const isKeyless = signers.some(({ kind }) => kind === 'certificate');
  const cure = 'use --format cosign, which takes the trusted root as a file';
  if (isKeyless && trustedRoot !== undefined) {
    throw refused(
      `${verifier}: signatures of a private Sigstore (${trustedRoot}) are not put in words`,
      cure,
    );
  }
  if (rekor !== undefined && rekor !== PUBLIC_SIGSTORE.rekor)
    throw refused(`${verifier}: entries of the private log ${rekor} are not put in words`, cure);
  if (isKeyless && rekor === undefined)
    throw refused(`${verifier}: identities without an entry in the public log are not verified`, cure);
  if (tsa !== undefined) throw refused(`${verifier}: timestamps of ${tsa} are not put in words`, cure);
}
