import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judgeProvenance } from '../../src/images/judge-provenance.ts';
import type { ProvenanceRule } from '../../src/images/provenance-rule.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { MEDIA_TYPES, manifestContent } from '../../src/oci/manifest.ts';
import { inTotoStatement } from '../../src/signing/statement.ts';
import { trustedIdentity } from '../../src/signing/trusted-signer.ts';
import { type Sigstore, startSigstore } from '../servers/sigstore.ts';
import { tagAttestation } from './att-tag.ts';
import { attach, newImage, newStore } from './counted-store.ts';
import { ISSUER, newKeyless, reach } from './keyless-place.ts';
import { newSigner } from './keys.ts';
import { BUILDER, CLAIMS, PREDICATE, SUBJECT, tokenWith, WORKFLOW } from './made-provenance.ts';

const exact = (text: string) => ({ kind: 'exact', text }) as const;
const RULE: ProvenanceRule = {
  builder: exact(BUILDER),
  source: exact('https://github.com/acme/shop'),
  ref: exact('refs/heads/main'),
  workflow: exact('.github/workflows/build.yml'),
  trigger: exact('push'),
};
let sigstore: Sigstore;
beforeAll(async () => {
  sigstore = await startSigstore();
});
afterAll(async () => await sigstore.stop());

interface Made {
  readonly claims?: object;
  readonly subject?: string;
  readonly about?: string;
  readonly predicateType?: string;
  readonly predicate?: unknown;
}

async function place() {
  const store = await newStore();
  const image = await newImage(store);
  const judge = async () => {
    const signer = trustedIdentity({ identity: exact(SUBJECT), issuer: exact(ISSUER) });
    const { root } = reach(sigstore, {});
    const { digest } = image;
    return await judgeProvenance(
      { store, digest, referrers: await store.referrers(digest), trust: { signers: [signer], root } },
      RULE,
    );
  };
  return { store, image, judge };
}

async function provenance({ image }: Awaited<ReturnType<typeof place>>, made: Made = {}) {
  const {
    claims = {},
    subject = SUBJECT,
    about,
    predicateType = 'https://slsa.dev/provenance/v1',
    predicate = PREDICATE,
  } = made;
  const token = tokenWith({ ...CLAIMS, ...claims }, subject);
  const signer = newKeyless(sigstore, { rekor: true }, token, { identity: subject });
  const digest = about === undefined ? image.digest : digestOf(about);
  return { signer, statement: inTotoStatement({ digest, predicateType, predicate }) };
}

describe('signed provenance', () => {
  it('counts where the statement and the certificate agree with the rule', async () => {
    const at = await place();
    const { digest } = await attach(at.store, at.image, await provenance(at));
    expect(await at.judge()).toEqual({
      kind: 'built',
      by: `${BUILDER} from https://github.com/acme/shop`,
      manifest: digest,
    });
  });

  it.each<[string, string, Made]>([
    [
      'another repository that calls itself this one',
      'certificate-other-source',
      { claims: { repository: 'mallory/shop' } },
    ],
    [
      "a fork's pull request",
      'certificate-other-ref',
      { claims: { ref: 'refs/pull/7/merge', event_name: 'pull_request' } },
    ],
    ['another event', 'other-trigger', { claims: { event_name: 'workflow_dispatch' } }],
    ['a workflow at another ref', 'other-identity', { subject: SUBJECT.replace('main', 'evil') }],
    [
      'another workflow',
      'certificate-other-workflow',
      { claims: { workflow_ref: WORKFLOW.replace('build', 'test') } },
    ],
    [
      'another builder',
      'other-builder',
      { predicate: { ...PREDICATE, runDetails: { builder: { id: 'https://b.example' } } } },
    ],
    ['another image', 'other-subject', { about: 'another image' }],
    ['nothing that can be read', 'not-provenance', { predicate: { builder: 1 } }],
  ])('of %s is refused: %s', async (_, code, made) => {
    const at = await place();
    await attach(at.store, at.image, await provenance(at, made));
    expect(await at.judge()).toMatchObject({ kind: 'refused', code });
  });

  it('by a key where an identity is asked for is refused, and so is none', async () => {
    const at = await place();
    expect(await at.judge()).toMatchObject({ code: 'no-provenance' });
    const { statement } = await provenance(at);
    await attach(at.store, at.image, { signer: await newSigner(), statement });
    expect(await at.judge()).toMatchObject({ code: 'not-by-a-certificate' });
  });

  it("is read from cosign's .att too, where a key signed", async () => {
    const { store, image } = await place();
    const { digest } = image;
    const signer = await newSigner();
    const claim = { digest, predicateType: 'https://slsa.dev/provenance/v1', predicate: PREDICATE };
    await tagAttestation(store, digest, { signer, statement: inTotoStatement(claim) });
    const judge = async (trust: typeof signer.trust, rule: ProvenanceRule) =>
      await judgeProvenance({ store, digest, referrers: [], trust }, rule);
    const { trigger: _, ...rule } = RULE;
    expect(await judge(signer.trust, rule)).toMatchObject({ kind: 'built' });
    expect(await judge(signer.trust, { ...rule, ref: exact('refs/heads/x') })).toMatchObject({
      code: 'other-ref',
    });
    expect(await judge((await newSigner()).trust, rule)).toMatchObject({ code: 'untrusted-signature' });
  });

  it('of BuildKit, which nobody signs, is not taken for it', async () => {
    const at = await place();
    const { store, image } = at;
    const index = await store.manifest(image.digest);
    const [child] = JSON.parse(Buffer.from(index?.bytes ?? '').toString()).manifests;
    const attested = {
      schemaVersion: 2,
      mediaType: MEDIA_TYPES.index,
      manifests: [
        child,
        {
          ...child,
          platform: { os: 'unknown', architecture: 'unknown' },
          annotations: {
            'vnd.docker.reference.type': 'attestation-manifest',
            'vnd.docker.reference.digest': child.digest,
          },
        },
      ],
    };
    const content = manifestContent(Buffer.from(JSON.stringify(attested)));
    await store.putManifest(content, 'buildkit');
    const { digest } = content.descriptor;
    const signer = trustedIdentity({ identity: exact(SUBJECT), issuer: exact(ISSUER) });
    const { root } = reach(sigstore, {});
    const trust = { signers: [signer], root };
    expect(await judgeProvenance({ store, digest, referrers: [], trust }, RULE)).toMatchObject({
      code: 'unsigned',
    });
  });
});
