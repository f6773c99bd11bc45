import type { Environments } from '../../environments/environments.ts';
import { environmentNamed } from '../../environments/locate.ts';
import { PromoteError } from '../../errors.ts';
import { PROVENANCES } from '../../images/provenance.ts';
import { algorithmOf, type Digest } from '../../oci/digest.ts';
import { parseRepositoryName } from '../../oci/reference.ts';
import { PROMOTION } from '../../records/statement.ts';
import { SUMMARY } from '../../records/summary.ts';
import type { Chain, Custody, CustodyStep } from '../../reports/custody.ts';
import type { Effects } from '../../run/effects.ts';
import { PREDICATE_TYPE_HINT } from '../../signing/attach.ts';
import type { EvidenceSearch } from '../../signing/find.ts';
import { readBundles } from '../../signing/read.ts';
import { COSIGN_SIGN } from '../../signing/statement.ts';
import { type Verified, verifyBundle } from '../../signing/verify.ts';
import { type AuditedBundle, auditScript, builtQuery, recordQuery, summaryQuery } from './audit-script.ts';
import { acceptedBuilders } from './built.ts';
import { entryOf } from './path.ts';

/** A file of the audit bundle. */
export interface AuditFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * The files that prove the chains to a reader who is offline: each image's manifest, the signed bundles, and
 * a script of cosign commands. `report` is the result in JSON.
 */
export async function auditFiles(
  effects: Pick<Effects, 'store' | 'signing' | 'trust'>,
  environments: Environments,
  custody: Custody,
  report: string,
): Promise<readonly AuditFile[]> {
  const chains = [];
  for (const [index, chain] of custody.chains.entries())
    chains.push(await auditChain(effects, environments, custody.image, chain, `${index + 1}`));
  const { script, keys } = auditScript(custody, chains);
  const text = (name: string, content: string) => ({ name, bytes: Buffer.from(content) });
  return [
    text('verify.sh', script),
    text('custody.json', report),
    ...keys.map((key, at) => text(`keys/${at + 1}.pub`, key)),
    ...chains.flatMap(({ files }) => files),
  ];
}

/** The audited parts of one chain. */
export interface AuditedChain {
  readonly manifest: string;
  readonly files: readonly AuditFile[];
  readonly bundles: readonly AuditedBundle[];
  /** The claims that no bundle here proves. */
  readonly missing: readonly string[];
}

async function auditChain(
  effects: Pick<Effects, 'store' | 'signing' | 'trust'>,
  environments: Environments,
  image: string,
  chain: Chain,
  folder: string,
): Promise<AuditedChain> {
  const { repository, digest, steps } = chain;
  const store = effects.store(parseRepositoryName(repository));
  const content = await store.manifest(digest);
  const manifest = `${folder}/manifest.json`;
  if (content === undefined) return { manifest, files: [], bundles: [], missing: [] };
  if (algorithmOf(digest) !== 'sha256') {
    throw new PromoteError('UNSUPPORTED', `custody --out: cosign verifies no digest such as ${digest}`, {
      hint: 'leave --out away',
    });
  }
  const place = { store, digest, referrers: await store.referrers(digest) };
  const files: AuditFile[] = [{ name: manifest, bytes: content.bytes }];
  const bundles: AuditedBundle[] = [];
  const missing: string[] = [];
  const add = (name: string, found: Found | undefined, what: string, query: string, root?: string) => {
    if (found === undefined) return missing.push(`${what} is in no bundle: verify it at ${repository}`);
    const file = `${folder}/${name}.json`;
    files.push({ name: file, bytes: found.bytes });
    const { predicateType } = found.verified.statement;
    const { signer } = found.verified;
    return bundles.push({ file, what, type: predicateType, signer, query, needsRoot: root !== undefined });
  };
  for (const { found, builder, root } of await findBuilt(effects, environments, image, chain, place))
    add('0-provenance', found, 'the provenance of the build', builtQuery(builder), root);
  for (const [index, step] of steps.entries()) {
    const { signing } = environmentNamed(environments, step.environment);
    if (signing === undefined) continue;
    const { trust } = await effects.signing(signing);
    const at = `${index + 1}`;
    const { record, signature, summary } = await findStep({ ...place, trust }, step);
    const of = `of ${step.environment}`;
    add(`${at}-record`, record, `the record ${of}`, recordQuery(step.record), signing.trustedRoot);
    add(`${at}-signature`, signature, `the signature ${of}`, '.', signing.trustedRoot);
    if (step.summary === undefined) continue;
    const query = summaryQuery(step.record);
    add(`${at}-summary`, summary, `the verification summary ${of}`, query, signing.trustedRoot);
  }
  return { manifest, files, bundles, missing };
}

interface Found {
  readonly bytes: Uint8Array;
  readonly verified: Verified;
}

async function findStep(search: EvidenceSearch, { manifest, summary }: CustodyStep) {
  const [record, signature, summarised] = await Promise.all([
    findBundle(search, PROMOTION, one => one === manifest),
    findBundle(search, COSIGN_SIGN, () => true),
    summary && findBundle(search, SUMMARY, one => one === summary.manifest),
  ]);
  return { record, signature, summary: summarised };
}

/** The first provenance that the entry environment's gates accept, if there is one. */
async function findBuilt(
  effects: Pick<Effects, 'trust'>,
  environments: Environments,
  image: string,
  { built, environment, steps }: Chain,
  place: Omit<EvidenceSearch, 'trust'>,
) {
  const counting = built.filter(({ verified }) => verified);
  if (counting.length === 0) return [];
  const entry = entryOf(environments, environmentNamed(environments, environment), steps);
  for (const { signer } of acceptedBuilders(image, entry)) {
    const search = { ...place, trust: await effects.trust(signer) };
    for (const { manifest, builder } of counting) {
      for (const type of PROVENANCES) {
        const found = await findBundle(search, type, one => one === manifest);
        if (found !== undefined) return [{ found, builder, root: signer.trustedRoot }];
      }
    }
  }
  return [{ found: undefined, builder: '', root: undefined }];
}

async function findBundle(
  { store, referrers, digest, trust }: EvidenceSearch,
  predicateType: string,
  isWanted: (manifest: Digest) => boolean,
): Promise<Found | undefined> {
  const listed = referrers.filter(one => isWanted(one.digest));
  for await (const { read } of readBundles(store, listed, { [PREDICATE_TYPE_HINT]: predicateType })) {
    if ('kind' in read) continue;
    const verified = await verifyBundle(read, { trust, digest, predicateType });
    if (verified.kind === 'verified') return { bytes: read, verified };
  }
  return undefined;
}
