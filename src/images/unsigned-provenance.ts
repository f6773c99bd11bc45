import { buffer } from 'node:stream/consumers';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { parseManifest } from '../oci/manifest.ts';
import { readable } from '../registry/readable.ts';
import type { Store } from '../registry/store.ts';
import { isAbout, parseStatement, type Statement } from '../signing/statement.ts';
import { BUNDLE_LIMIT } from '../signing/verify.ts';
import { PROVENANCE, readProvenance } from './provenance.ts';
import { buildRefusal, type ProvenanceJudgement, type ProvenanceRule } from './provenance-rule.ts';

/** How BuildKit marks what it attests. https://docs.docker.com/build/metadata/attestations/attestation-storage/ */
const TYPE = 'vnd.docker.reference.type';
const ATTESTED = 'vnd.docker.reference.digest';
const PREDICATE_TYPE = 'in-toto.io/predicate-type';
const STATEMENT = 'application/vnd.in-toto+json';

/** The manifests of an index's platforms and of BuildKit's attestations; `undefined`: it is not an index. */
export async function readPlatforms(
  store: Store,
  digest: Digest,
): Promise<
  { readonly platforms: readonly Descriptor[]; readonly attestations: readonly Descriptor[] } | undefined
> {
  const content = await readable(() => store.manifest(digest));
  const manifest = content && (await readable(async () => parseManifest(content)));
  if (manifest?.kind !== 'index') return undefined;
  const isAttestation = ({ annotations }: Descriptor) => annotations?.[TYPE] === 'attestation-manifest';
  return {
    platforms: manifest.manifests.filter(one => !isAttestation(one)),
    attestations: manifest.manifests.filter(isAttestation),
  };
}

/** Judges BuildKit's unsigned provenance in the index. Every platform's provenance must satisfy the rule. */
export async function judgeUnsigned(
  store: Store,
  digest: Digest,
  rule: ProvenanceRule,
): Promise<ProvenanceJudgement> {
  const index = await readPlatforms(store, digest);
  const none = (detail: string) => ({ kind: 'refused', code: 'no-provenance', detail }) as const;
  if (index === undefined || index.platforms.length === 0)
    return none('the image is no index, in which BuildKit writes its provenance');
  const judged = [];
  for (const platform of index.platforms) {
    const own = index.attestations.filter(one => one.annotations?.[ATTESTED] === platform.digest);
    const statements = (await Promise.all(own.map(one => readStatements(store, one)))).flat();
    const found = statements.map(statement => judgeStatement(statement, platform.digest, rule));
    const built = found.find(({ kind }) => kind === 'built');
    judged.push(built ?? found[0] ?? none(`BuildKit wrote none for ${platform.digest}`));
  }
  return judged.find(({ kind }) => kind === 'refused') ?? judged[0] ?? none('there is no platform');
}

function judgeStatement(statement: Statement, digest: Digest, rule: ProvenanceRule): ProvenanceJudgement {
  if (!isAbout(statement, digest))
    return {
      kind: 'refused',
      code: 'other-subject',
      detail: JSON.stringify(statement.subject).slice(0, 200),
    };
  const claims = readProvenance(statement);
  if (claims === undefined)
    return { kind: 'refused', code: 'not-provenance', detail: statement.predicateType };
  const refusal = buildRefusal(rule, claims, undefined);
  if (refusal !== undefined) return { kind: 'refused', ...refusal };
  const from = claims.source === undefined ? '' : ` from ${claims.source}`;
  return { kind: 'built', by: `${claims.builder}${from}, which nobody signed` };
}

async function readStatements(store: Store, { digest }: Descriptor): Promise<readonly Statement[]> {
  const content = await readable(() => store.manifest(digest));
  const manifest = content && (await readable(async () => parseManifest(content)));
  if (manifest?.kind !== 'image') return [];
  const layers = manifest.layers.filter(
    ({ mediaType, size, annotations = {} }) =>
      mediaType === STATEMENT &&
      size <= BUNDLE_LIMIT &&
      (annotations[PREDICATE_TYPE] ?? PROVENANCE).startsWith(PROVENANCE),
  );
  const read = layers.map(async layer => {
    const bytes = await readable(async () => buffer(await store.blob(layer)));
    return bytes === undefined ? undefined : parseStatement(bytes);
  });
  return (await Promise.all(read)).filter(statement => statement !== undefined);
}
