import { describe, expect, it } from 'vitest';
import { judgeProvenance } from '../../src/images/judge-provenance.ts';
import type { ProvenanceRule } from '../../src/images/provenance-rule.ts';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import { type Digest, digestOf } from '../../src/oci/digest.ts';
import { MEDIA_TYPES, manifestContent } from '../../src/oci/manifest.ts';
import { putBytes } from '../../src/registry/put-bytes.ts';
import type { Store } from '../../src/registry/store.ts';
import { inTotoStatement } from '../../src/signing/statement.ts';
import { attach, newStore } from '../signing/counted-store.ts';
import { newSigner, trustIn } from '../signing/keys.ts';

const BUILDER = 'https://github.com/acme/shop/actions/runs/7';
const RULE: ProvenanceRule = { builder: { kind: 'pattern', pattern: 'https://github.com/acme/shop/.*' } };
const ours = await newSigner();

function provenance(digest: Digest, builder: string) {
  const predicate = {
    builder: { id: builder },
    buildType: 'https://mobyproject.org/buildkit@v1',
    invocation: { configSource: {} },
  };
  return inTotoStatement({ digest, predicateType: 'https://slsa.dev/provenance/v0.2', predicate });
}

async function put(store: Store, manifest: object): Promise<Descriptor> {
  const content = manifestContent(Buffer.from(JSON.stringify({ schemaVersion: 2, ...manifest })));
  await store.putManifest(content);
  return content.descriptor;
}

async function putImage(store: Store, layers: readonly Descriptor[], marked = ''): Promise<Descriptor> {
  const config = await putBytes(store, MEDIA_TYPES.config, Buffer.from(`{"a":"${marked}"}`));
  return await put(store, { mediaType: MEDIA_TYPES.manifest, config, layers });
}

/** As BuildKit writes it: https://docs.docker.com/build/metadata/attestations/attestation-storage/ */
async function attested(store: Store, platform: Digest, statement: object): Promise<object> {
  const layer = await putBytes(store, 'application/vnd.in-toto+json', Buffer.from(JSON.stringify(statement)));
  const annotations = { 'in-toto.io/predicate-type': 'https://slsa.dev/provenance/v0.2' };
  const { mediaType, digest, size } = await putImage(store, [{ ...layer, annotations }]);
  const marks = {
    'vnd.docker.reference.digest': platform,
    'vnd.docker.reference.type': 'attestation-manifest',
  };
  return {
    mediaType,
    digest,
    size,
    annotations: marks,
    platform: { os: 'unknown', architecture: 'unknown' },
  };
}

async function index(builders: readonly (string | undefined)[], about?: Digest) {
  const store = await newStore();
  const platforms = await Promise.all(builders.map((_, at) => putImage(store, [], `${at}`)));
  const attestations = await Promise.all(
    platforms.map(async ({ digest }, at) => {
      const builder = builders[at];
      return builder === undefined
        ? []
        : [await attested(store, digest, provenance(about ?? digest, builder))];
    }),
  );
  const parts = platforms.map(({ mediaType, digest, size }) => ({ mediaType, digest, size }));
  const { digest } = await put(store, {
    mediaType: MEDIA_TYPES.index,
    manifests: [...parts, ...attestations.flat()],
  });
  return { store, digest, platforms };
}

describe("BuildKit's provenance, which nobody signs", () => {
  const judge = async ({ store, digest }: { readonly store: Store; readonly digest: Digest }) =>
    await judgeProvenance({ store, digest, referrers: [] }, RULE);

  it('counts where every platform has it', async () => {
    expect(await judge(await index([BUILDER, BUILDER]))).toEqual({
      kind: 'built',
      by: `${BUILDER}, which nobody signed`,
    });
  });

  it.each<[string, string, readonly (string | undefined)[], Digest | undefined]>([
    ['of another builder on one platform', 'other-builder', [BUILDER, 'https://b.example'], undefined],
    ['that one platform has none of', 'no-provenance', [BUILDER, undefined], undefined],
    ['about another image', 'other-subject', [BUILDER], digestOf('another')],
    ['of no platform', 'no-provenance', [], undefined],
  ])('%s is refused: %s', async (_, code, builders, about) => {
    expect(await judge(await index(builders, about))).toMatchObject({ kind: 'refused', code });
  });

  it('is refused where a signature is asked for', async () => {
    const { store, digest } = await index([BUILDER]);
    const search = { store, digest, referrers: [], trust: trustIn(ours) };
    expect(await judgeProvenance(search, RULE)).toMatchObject({ kind: 'refused', code: 'unsigned' });
  });
});

it('provenance of each platform counts for the index only where the rule says so', async () => {
  const { store, digest, platforms } = await index([undefined, undefined]);
  const [first, second] = platforms;
  if (first === undefined || second === undefined) throw new Error('there are two');
  const search = { store, digest, referrers: [], trust: trustIn(ours) };
  const judge = (rule: ProvenanceRule) => judgeProvenance(search, rule);
  const sign = (one: Descriptor) =>
    attach(store, one, { signer: ours, statement: provenance(one.digest, BUILDER) });
  await sign(first);
  expect(await judge({ ...RULE, platforms: true })).toMatchObject({ code: 'no-provenance' });
  await sign(second);
  expect(await judge({ ...RULE, platforms: true })).toMatchObject({ kind: 'built' });
  expect(await judge(RULE)).toMatchObject({ code: 'no-provenance' });
});
