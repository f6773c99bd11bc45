import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { approvePlan } from '../commands/approve/approve.ts';
import { findPlan } from '../commands/approve/find-plan.ts';
import type { Environments } from '../environments/environments.ts';
import { PromoteError, reasonOf } from '../errors.ts';
import type { LoadedApprover } from '../facts/read-approvals.ts';
import type { Http } from '../http/http.ts';
import { isDigest } from '../oci/digest.ts';
import type { Plan } from '../plan/plan.ts';
import { readPlanFile } from '../plan/plan-file.ts';
import { approveReport } from '../reports/approve.ts';
import type { Format } from '../reports/render.ts';
import type { Effects } from '../run/effects.ts';
import { keySigner, type Signer } from '../signing/signer.ts';
import { withEffects } from './effects.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';
import { assertMayWrite } from './may-write.ts';
import { print } from './print.ts';
import { readArguments } from './read-named.ts';
import { promotionRequest } from './request.ts';
import { loadSigningKey } from './signing.ts';
import { assertSignsNoImages } from './signs-no-images.ts';
import type { OwnIdentity } from './sigstore-signer.ts';
import { writeOut } from './write-out.ts';

/** What `approve` takes: who signs, how long the approval counts, and where it is stored. */
export interface ApproveOptions extends OwnIdentity {
  readonly file: string;
  readonly format: Format;
  readonly key?: string | undefined;
  readonly keyless?: boolean | undefined;
  readonly environment?: string | undefined;
  readonly image: readonly string[];
  /** How long the approval counts, in milliseconds. */
  readonly expiresIn?: number | undefined;
  readonly out?: string | undefined;
  readonly attach: boolean;
}

/** `promote approve <plan>` */
export async function approve(io: Io, named: string, options: ApproveOptions): Promise<number> {
  assertSound(named, options);
  const { out, attach, expiresIn: lasts } = options;
  if (attach) await assertMayWrite(io);
  const file = isDigest(named) ? undefined : await readPlans(io, named);
  return await withEffects(io, options.file, async (effects, environments, { http }) => {
    const plans = file ?? [await findNamed(io, effects, environments, named, options)];
    const signer = async (people: readonly LoadedApprover[]) =>
      await openApprover(io, http, { effects, environments, people, options });
    const signed = [];
    for (const plan of plans)
      signed.push(await approvePlan(effects, environments, plan, { signer, lasts, attach }));
    const lines = signed.map(({ bundle }) => `${Buffer.from(bundle)}\n`);
    if (out !== undefined) await writeOut(io, out, lines.join(''));
    const approved = signed.map(one => one.approved);
    print(io, approveReport(approved, out), options.format);
    return EXIT.done;
  });
}

function assertSound(named: string, { key, keyless, out, attach }: ApproveOptions): void {
  if ((key === undefined) === (keyless !== true)) {
    const what = key === undefined ? 'nobody to sign is named' : 'two signers are named';
    throw new PromoteError('USAGE', `approve ${named}: ${what}`, {
      hint: 'name one: --key alice.key, or --keyless for the identity that you have here',
    });
  }
  if (out === undefined && !attach)
    throw new PromoteError('USAGE', `approve ${named}: nothing says where the approval is to be`, {
      hint: 'write it with --out approval.json, or attach it to the source images with --attach',
    });
}

async function readPlans(io: Io, path: string): Promise<readonly Plan[]> {
  const text = await readFile(resolve(io.cwd, path), 'utf8').catch(cause => {
    throw new PromoteError('USAGE', `approve ${path}: cannot be read: ${reasonOf(cause).text}`, {
      hint: 'name a plan file of promote plan --out, or the digest of a plan: sha256:…',
      cause,
    });
  });
  const { plans } = readPlanFile(text, path);
  if (plans.length > 0) return plans;
  throw new PromoteError('USAGE', `approve ${path}: it holds no plan, so there is nothing to approve`);
}

async function findNamed(
  io: Io,
  effects: Effects,
  environments: Environments,
  digest: string,
  { file, format, image, environment }: ApproveOptions,
): Promise<Plan> {
  if (!isDigest(digest)) throw new PromoteError('USAGE', `approve ${digest}: is no digest`);
  const nothing = { allowDirect: false, allowBackward: false, approvedBy: [], exitCode: false };
  const request = promotionRequest(io, environment ?? '', { ...nothing, file, format, image });
  return await findPlan(effects, environments, digest, { ...request, environment });
}

async function openApprover(
  io: Io,
  http: Http,
  {
    effects,
    environments,
    people,
    options,
  }: {
    readonly effects: Effects;
    readonly environments: Environments;
    readonly people: readonly LoadedApprover[];
    readonly options: ApproveOptions;
  },
): Promise<Signer> {
  const place = { io, http, read: readArguments(io.cwd) };
  if (options.key !== undefined) {
    const key = await loadSigningKey(place, options.key);
    await assertSignsNoImages(effects, environments, key, {
      doing: 'approve',
      key: options.key,
      hint: 'approve with a key of your own that signs no images',
    });
    return keySigner(key);
  }
  const identified = people.filter(({ trust }) => trust.signers.some(one => one.kind === 'certificate'));
  // A person who signs with a private Sigstore has its trusted root. One of the public Sigstore has none.
  const isOwn = options.fulcio !== undefined;
  const fitting = identified.find(({ person }) => (person.trustedRoot !== undefined) === isOwn);
  const { trust, person } = fitting ?? identified[0] ?? {};
  const identities = identified.flatMap(known =>
    known.trust.signers.filter(one => one.kind === 'certificate'),
  );
  const services = { ...options, trustedRoot: person?.trustedRoot };
  if (trust !== undefined) {
    const { identitySigner } = await import('./sigstore-signer.ts');
    return identitySigner(place, services, identities, trust.root);
  }
  throw new PromoteError('KEY', 'approve: nobody who may approve has an identity in the environments file', {
    hint: 'sign with --key, or name your identity in `identities` of the signers',
  });
}
