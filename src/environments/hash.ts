import canonicalize from 'canonicalize';
import { type Digest, digestOf } from '../oci/digest.ts';
import type { AcceptedSigner } from './accepted-signers.ts';
import type { Environment, Environments, Image, Signing } from './environments.ts';
import type { ApprovalGate } from './gates/approval.ts';
import type { RequiredCheck } from './gates/checks.ts';
import type { FreezeGate } from './gates/freeze.ts';
import type { AcceptedProvenance } from './gates/provenance.ts';
import type { VulnerabilityGate } from './gates/vulnerabilities.ts';
import { byContent } from './trusted-roots.ts';
import type { TrustedSource } from './trusted-source.ts';

/** Digests of public keys and of trusted roots, by their path or `env://NAME` in the environments file. */
export type KeyIds = ReadonlyMap<string, Digest>;

/** The public keys that decide about promotions into the environment, as the file names them. */
export function publicKeysOf({ gates, rollback, signing }: Environment): readonly string[] {
  const { signers = [], vexSigners = [] } = gates.vulnerabilities ?? {};
  const tested = (gates.checks ?? []).flatMap(({ what }) => (what.kind === 'test' ? what.signers : []));
  const approving = [gates.approval, rollback?.approval]
    .flatMap(approval => approval?.signed?.signers ?? [])
    .flatMap(person => person.signers);
  const accepted = [...(gates.signature ?? []), ...signers, ...vexSigners, ...tested];
  const built = (gates.provenance ?? []).flatMap(rule => rule.accepted?.signer ?? []);
  const sources = [
    ...accepted.map(({ signer }) => signer),
    ...built,
    ...approving,
    ...(signing?.trusted ?? []),
  ];
  const named = sources.flatMap(source => (source.kind === 'key' ? source.key : []));
  const own = signing?.by.kind === 'key' ? signing.by.publicKey : undefined;
  return [...new Set(own === undefined ? named : [own, ...named])];
}

/**
 * SHA-256 over the canonical JSON of what an environment decides about a group, whatever its members.
 * `DECIDES` selects it. Public keys and trusted roots count by their digests. A private key whose public half
 * is not named counts as written. https://www.rfc-editor.org/rfc/rfc8785
 */
export function policyHash(environment: Environment, keys: KeyIds, group: string): Digest {
  const decisive = Object.fromEntries(
    Object.entries(DECIDES).flatMap(([key, part]) => {
      const value = part?.(environment, keys, group);
      return value === undefined ? [] : [[key, value]];
    }),
  );
  return digestOf(canonicalText(decisive, keys));
}

/** The hash of what decides about one image alone: its entry, and the gates' settings that name it. */
export function imagePolicyHash(
  { images }: Environments,
  { gates }: Environment,
  keys: KeyIds,
  name: string,
): Digest {
  const found = images.find(image => image.name === name);
  // The repositories that its commits are read from and its builds are started in decide nothing.
  const entry = found === undefined ? null : { ...found, repositoryUrl: undefined, rebuild: undefined };
  const accepted = gates.signature?.filter(({ images: only }) => only.includes(name)) ?? [];
  const signature = accepted.map(one => ({ ...one, signer: resolved(one.signer, keys), images: [name] }));
  const built = gates.provenance?.filter(({ images: only }) => only.includes(name)) ?? [];
  const provenance =
    built.length === 0 ? undefined : built.map(rule => ({ ...resolvedRule(rule, keys), images: [name] }));
  const checked = gates.checks?.filter(({ images: only }) => only.includes(name)) ?? [];
  const checks =
    checked.length === 0 ? undefined : checked.map(one => ({ ...resolvedCheck(one, keys), images: [name] }));
  const exceptions = gates.vulnerabilities?.exceptions.filter(({ image }) => image === name) ?? [];
  const decisive = {
    entry,
    signature,
    provenance,
    checks,
    exceptions: exceptions.length > 0 ? exceptions : undefined,
  };
  return digestOf(canonicalText(decisive, keys));
}

/** The canonical JSON of what decides, with each trusted root's digest in place of its path. */
function canonicalText(decisive: object, keys: KeyIds): string {
  return `${canonicalize(byContent(JSON.parse(`${canonicalize(decisive)}`), keys))}`;
}

type Part = (environment: Environment, keys: KeyIds, group: string) => unknown;

/**
 * What each part of an environment decides about a group; `undefined`: nothing, or the plan contains it. A
 * change of the rest, such as a label or a file without one of its pins, voids no approval.
 */
const DECIDES: Readonly<Record<keyof Environment, Part | undefined>> = {
  name: undefined,
  from: undefined,
  registries: ({ registries }) => registries.map(({ push, pull }) => ({ push, pull })),
  files: undefined,
  places: undefined,
  exclude: undefined,
  deployment: undefined,
  recordsDeployments: undefined,
  commit: ({ commit }) => commit,
  commits: undefined,
  pin: ({ pin }) => pin,
  addImages: undefined,
  tags: ({ tags }) => tags,
  platformTags: ({ platformTags }) => platformTags,
  grouping: ({ grouping }, _, group) =>
    grouping.kind === 'named'
      ? { kind: grouping.kind, images: grouping.groups[group]?.toSorted() ?? null }
      : grouping,
  pullRequest: ({ pullRequest }) => ({ merge: pullRequest.merge.kind }),
  gates: ({ gates }, keys) => {
    const forAll = gates.signature?.filter(({ images }) => images.length === 0) ?? [];
    const accepted = forAll.map(entry => ({ ...entry, signer: resolved(entry.signer, keys) }));
    const built = gates.provenance?.filter(({ images }) => images.length === 0) ?? [];
    const checked = gates.checks?.filter(({ images }) => images.length === 0) ?? [];
    const provenance = built.length > 0 ? built.map(rule => resolvedRule(rule, keys)) : undefined;
    return {
      ...gates,
      approval: gates.approval && resolvedApproval(gates.approval, keys),
      freeze: gates.freeze && frozen(gates.freeze),
      signature: accepted.length > 0 ? accepted : undefined,
      provenance,
      checks: checked.length > 0 ? checked.map(one => resolvedCheck(one, keys)) : undefined,
      vulnerabilities: gates.vulnerabilities && resolvedScans(gates.vulnerabilities, keys),
    };
  },
  rollback: ({ rollback }, keys) =>
    rollback && {
      ...rollback,
      approval: rollback.approval && resolvedApproval(rollback.approval, keys),
    },
  signing: ({ signing }, keys) => signing && resolvedSigning(signing, keys),
};

/** The hash in plans of `promote-plan/v1`: over the whole environment and every image. */
export function formerPolicyHash({ images }: Environments, environment: Environment, keys: KeyIds): Digest {
  const { gates, signing } = environment;
  const accepted = gates.signature?.map(entry => ({ ...entry, signer: resolved(entry.signer, keys) }));
  const governing = {
    ...environment,
    gates: {
      ...gates,
      freeze: gates.freeze && frozen(gates.freeze),
      ...(accepted === undefined ? {} : { signature: accepted }),
    },
    ...(signing === undefined ? {} : { signing: resolvedSigning(signing, keys) }),
  };
  return digestOf(`${canonicalize({ images: byName(images), environment: governing })}`);
}

/** The approval with the signers' keys by their digests. */
function resolvedApproval({ signed, ...gate }: ApprovalGate, keys: KeyIds) {
  const signers = signed?.signers.map(person => ({
    ...person,
    signers: person.signers.map(source => resolved(source, keys)),
  }));
  return { ...gate, signed: signed && { ...signed, signers } };
}

/** Only the windows if there is no override, as in hashes from before overrides existed. */
function frozen(gate: FreezeGate) {
  return gate.override === undefined ? gate.windows : gate;
}

/** The gate without exceptions for one image and without the lists' paths, since the lists are facts. */
function resolvedScans({ data: _, vexSigners, jobReports, ...gate }: VulnerabilityGate, keys: KeyIds) {
  const named = (entry: AcceptedSigner) => ({ ...entry, signer: resolved(entry.signer, keys) });
  return {
    ...gate,
    signers: gate.signers.map(named),
    // Absent if it is empty, as in hashes from before it existed.
    vexSigners: vexSigners.length > 0 ? vexSigners.map(named) : undefined,
    exceptions: gate.exceptions.filter(({ image }) => image === undefined),
    // The key itself counts where its public half is among the signers.
    jobReports: jobReports === undefined ? undefined : true,
  };
}

function byName(images: readonly Image[]): readonly Image[] {
  return images.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function resolvedSigning(signing: Signing, keys: KeyIds) {
  const { by, trusted } = signing;
  const id = by.kind === 'key' && by.publicKey !== undefined ? keys.get(by.publicKey) : undefined;
  return {
    ...signing,
    // A verification summary decides nothing about the promotion.
    vsa: undefined,
    // A URL alone means version 1.
    rekorVersion: signing.rekorVersion === 2 ? 2 : undefined,
    by: id === undefined ? by : { kind: 'key', id },
    trusted: trusted.map(source => resolved(source, keys)),
  };
}

function resolvedRule(rule: AcceptedProvenance, keys: KeyIds) {
  const { accepted } = rule;
  return { ...rule, accepted: accepted && { ...accepted, signer: resolved(accepted.signer, keys) } };
}

function resolvedCheck({ what, ...check }: RequiredCheck, keys: KeyIds) {
  if (what.kind !== 'test') return { ...check, what };
  const signers = what.signers.map(one => ({ ...one, signer: resolved(one.signer, keys) }));
  return { ...check, what: { ...what, signers } };
}

function resolved(source: TrustedSource, keys: KeyIds) {
  const id = source.kind === 'key' ? keys.get(source.key) : undefined;
  return id === undefined ? source : { kind: 'key', id };
}
