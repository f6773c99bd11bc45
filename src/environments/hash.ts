import canonicalize from 'canonicalize';
import { type Digest, digestOf } from '../oci/digest.ts';
import type { Environment, Environments, Image, Signing } from './environments.ts';
import type { TrustedSource } from './trusted-source.ts';

/** What public keys are, by the path or `env://NAME` that an environments file has for them. */
export type KeyIds = ReadonlyMap<string, Digest>;

/** The public keys that govern promotions into the environment, as the file names them. */
export function publicKeysOf({ gates, signing }: Environment): readonly string[] {
  const sources = [...(gates.signature ?? []).map(({ signer }) => signer), ...(signing?.trusted ?? [])];
  const named = sources.flatMap(source => (source.kind === 'key' ? source.key : []));
  const own = signing?.by.kind === 'key' ? signing.by.publicKey : undefined;
  return [...new Set(own === undefined ? named : [own, ...named])];
}

/** One group of images in an environment. */
export interface PolicyScope {
  readonly group: string;
  /** Its members, by name. */
  readonly images: readonly string[];
}

/**
 * SHA-256 over the canonical JSON of what decides about one group: of the environment what `DECIDES` names, with each
 * public key in place of its path, and its members' entries. A private key whose public half is not named counts as it
 * is written. https://www.rfc-editor.org/rfc/rfc8785
 */
export function policyHash(
  { images }: Environments,
  environment: Environment,
  keys: KeyIds,
  scope: PolicyScope,
): Digest {
  const decisive = Object.fromEntries(
    Object.entries(DECIDES).flatMap(([key, part]) => {
      const value = part?.(environment, scope, keys);
      return value === undefined ? [] : [[key, value]];
    }),
  );
  const members = images.filter(({ name }) => scope.images.includes(name));
  return digestOf(`${canonicalize({ images: byName(members), environment: decisive })}`);
}

type Part = (environment: Environment, scope: PolicyScope, keys: KeyIds) => unknown;

/**
 * What of an environment decides about a group; `undefined`: nothing, or what its plan says itself. A change of the
 * rest, such as a label or a file without one of its pins, voids no approval.
 */
const DECIDES: Readonly<Record<keyof Environment, Part | undefined>> = {
  name: undefined,
  from: undefined,
  registries: ({ registries }) => registries.map(({ push, pull }) => ({ push, pull })),
  files: undefined,
  exclude: undefined,
  deployment: undefined,
  commit: ({ commit }) => commit,
  pin: ({ pin }) => pin,
  tags: ({ tags }) => tags,
  grouping: ({ grouping }, { group }) =>
    grouping.kind === 'named'
      ? { kind: grouping.kind, images: grouping.groups[group]?.toSorted() ?? null }
      : grouping,
  pullRequest: ({ pullRequest }) => ({ merge: pullRequest.merge.kind }),
  gates: ({ gates }, scope, keys) => decisiveGates(gates, scope, keys),
  rollback: ({ rollback }) => rollback,
  signing: ({ signing }, _, keys) => signing && resolvedSigning(signing, keys),
};

/** Those whose signature is accepted for other images alone decide nothing. */
function decisiveGates(gates: Environment['gates'], { images }: PolicyScope, keys: KeyIds) {
  const accepted = gates.signature
    ?.filter(entry => entry.images.length === 0 || entry.images.some(image => images.includes(image)))
    .map(entry => ({
      ...entry,
      signer: resolved(entry.signer, keys),
      images: entry.images.filter(image => images.includes(image)),
    }));
  return { ...gates, signature: accepted };
}

/** The hash as plans of `promote-plan/v1` had it: of the whole environment and of every image. */
export function formerPolicyHash({ images }: Environments, environment: Environment, keys: KeyIds): Digest {
  const { gates, signing } = environment;
  const accepted = gates.signature?.map(entry => ({ ...entry, signer: resolved(entry.signer, keys) }));
  const governing = {
    ...environment,
    gates: { ...gates, ...(accepted === undefined ? {} : { signature: accepted }) },
    ...(signing === undefined ? {} : { signing: resolvedSigning(signing, keys) }),
  };
  return digestOf(`${canonicalize({ images: byName(images), environment: governing })}`);
}

function byName(images: readonly Image[]): readonly Image[] {
  return images.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function resolvedSigning(signing: Signing, keys: KeyIds) {
  const { by, trusted } = signing;
  const id = by.kind === 'key' && by.publicKey !== undefined ? keys.get(by.publicKey) : undefined;
  return {
    ...signing,
    by: id === undefined ? by : { kind: 'key', id },
    trusted: trusted.map(source => resolved(source, keys)),
  };
}

function resolved(source: TrustedSource, keys: KeyIds) {
  const id = source.kind === 'key' ? keys.get(source.key) : undefined;
  return id === undefined ? source : { kind: 'key', id };
}
