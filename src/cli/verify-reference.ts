import type { AcceptedSigner } from '../environments/accepted-signers.ts';
import type { TrustedSource } from '../environments/trusted-source.ts';
import { PromoteError } from '../errors.ts';
import { judgeImage } from '../facts/judge-image.ts';
import type { ProvenanceRule } from '../images/provenance-rule.ts';
import { formatReference } from '../oci/reference.ts';
import type { Format } from '../reports/render.ts';
import { type BuildFinding, isVerified, signaturesReport } from '../reports/signatures.ts';
import { referenceArgument } from './argument.ts';
import { EXIT } from './exit.ts';
import { findImage } from './find-image.ts';
import type { Io } from './io.ts';
import { namedBuild } from './named-build.ts';
import { print } from './print.ts';
import { readArguments } from './read-named.ts';
import { loadTrust } from './trust.ts';
import { withStores } from './with-stores.ts';

/** The signer and the annotations that an image named by reference must have, from the command line. */
export interface SignerOptions {
  readonly key: readonly string[];
  readonly certificateIdentity?: string;
  readonly certificateOidcIssuer?: string;
  readonly trustedRoot?: string;
  readonly children: boolean;
  /** The required annotations of signatures, each as `name=value`. */
  readonly annotation: readonly string[];
  /** The required provenance; empty: the image itself must be signed. */
  readonly provenance: readonly string[];
}

/** `promote verify <reference>` */
export async function verifyReference(
  io: Io,
  text: string,
  options: SignerOptions & { readonly file: string; readonly format: Format },
): Promise<number> {
  const accepted = acceptedSigners(options);
  const rule = options.provenance.length === 0 ? undefined : namedBuild(options.provenance);
  if (rule !== undefined && (options.children || options.annotation.length > 0)) {
    const message =
      'verify <reference>: --children and --annotation are for signatures, not for --provenance';
    throw new PromoteError('USAGE', message, { hint: 'leave one of them out' });
  }
  const reference = referenceArgument(text);
  return await withStores(io, options.file, async ({ store, http }) => {
    const place = { io, http, read: readArguments(io.cwd) };
    // A wrong key is named before a registry is asked.
    const loaded = accepted.map(async one => [one, await loadTrust(place, one)] as const);
    const trusts = new Map(await Promise.all(loaded));
    const trust = async (signer: AcceptedSigner) => trusts.get(signer) ?? (await loadTrust(place, signer));
    const effects = { store, trust };
    const { digest } = await findImage(store(reference.repository), reference, 'verify');
    const image = { repository: reference.repository, digest };
    const common = { reference: formatReference(reference), digest };
    const result =
      rule === undefined
        ? { ...common, findings: await Promise.all(accepted.map(one => judgeImage(effects, image, one))) }
        : { ...common, findings: [], builds: await judgeBuilds(effects, image, accepted, rule) };
    print(io, signaturesReport(result), options.format);
    return isVerified(result) ? EXIT.done : EXIT.closed;
  });
}

/** Looks for provenance of the image by each signer. */
async function judgeBuilds(
  { store: open, trust }: Parameters<typeof judgeImage>[0],
  { repository, digest }: Parameters<typeof judgeImage>[1],
  accepted: readonly AcceptedSigner[],
  rule: ProvenanceRule,
): Promise<readonly BuildFinding[]> {
  const { judgeProvenance } = await import('../images/judge-provenance.ts');
  const store = open(repository);
  const place = { store, digest, referrers: await store.referrers(digest) };
  return await Promise.all(
    accepted.map(async signer => ({
      accepted: signer,
      judged: await judgeProvenance({ ...place, trust: await trust(signer) }, rule),
    })),
  );
}

function acceptedSigners({
  key,
  children,
  annotation,
  ...options
}: SignerOptions): readonly AcceptedSigner[] {
  const { certificateIdentity: identity, certificateOidcIssuer: issuer, trustedRoot } = options;
  if ((identity === undefined) !== (issuer === undefined) || (key.length === 0 && identity === undefined)) {
    throw new PromoteError('USAGE', 'verify <reference>: it is not said whose signature counts', {
      hint: 'add --key cosign.pub, or both --certificate-identity and --certificate-oidc-issuer',
    });
  }
  const signers: readonly TrustedSource[] = [
    ...key.map(path => ({ kind: 'key', key: path }) as const),
    ...(identity === undefined || issuer === undefined
      ? []
      : [{ kind: 'certificate', identity: exactly(identity), issuer: exactly(issuer) } as const]),
  ];
  const root = trustedRoot === undefined ? {} : { trustedRoot };
  const annotations = annotation.length === 0 ? undefined : Object.fromEntries(annotation.map(asAnnotation));
  return signers.map(signer => ({ signer, ...root, images: [], children, annotations }));
}

function asAnnotation(text: string): readonly [string, string] {
  const [, name, value] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  if (name !== undefined && value !== undefined) return [name, value];
  throw new PromoteError('USAGE', `verify <reference>: --annotation ${text} is no name with a value`, {
    hint: 'write --annotation team=payments',
  });
}

function exactly(text: string) {
  return { kind: 'exact', text } as const;
}
