import type { Bundle } from '@sigstore/bundle';
import type { Witness } from '../witness.ts';
import { rekorWitness } from './rekor.ts';
import { canBeTiled, requireP256, tilesWitness } from './rekor-tiles.ts';
import type { Service } from './service.ts';
import { type NamedService, namesLog, type SigningServices, servicesIn } from './signing-config.ts';
import { timestampWitness } from './timestamp.ts';

/** How to reach the public Sigstore and its published files. */
export interface PublicPlace extends Omit<Service, 'url'> {
  /** The text of a signing configuration; throws `UNREACHABLE`. */
  readonly target: (name: string) => Promise<string>;
  readonly now: () => Date;
}

/** The public Sigstore's signing configuration, and an early one with its log of version 2. */
const CONFIG = 'signing_config.v0.2.json';
const CONFIG_2 = 'signing_config_rekor_v2.v0.2.json';

const VERSIONS = [1, 2];

/** The public certificate authority. */
export function publicFulcio(place: PublicPlace): Service {
  return { ...place, url: async () => (await services(place, VERSIONS)).fulcio.url };
}

/** The public timestamp authority. */
export function publicStamp(place: PublicPlace): Witness {
  return {
    kind: 'timestamp',
    async testify(content, verifier) {
      const { stamps } = await services(place, VERSIONS);
      return await testifyAll(stampsAt(place, stamps), content, verifier);
    },
  };
}

/**
 * The public transparency log of `version`, else the newest that accepts the signature. A log of version 2
 * proves no time, so a certificate's signature also gets a timestamp unless `isStamped`.
 */
export function publicLog(
  place: PublicPlace,
  { version, isStamped }: { readonly version?: 2 | undefined; readonly isStamped: boolean },
): Witness {
  return {
    kind: 'log',
    async testify(content, verifier) {
      const fitting = canBeTiled(content, verifier) ? VERSIONS : [1];
      const { logs, stamps } = await (version === 2 ? tiled(place) : services(place, fitting));
      const needsTime = !isStamped && verifier.includes('BEGIN CERTIFICATE');
      const isTimeless = logs.some(log => log.version === 2);
      const witnesses = [
        ...logs.map(log => (log.version === 2 ? tilesWitness : rekorWitness)({ ...place, url: log.url })),
        ...(needsTime && isTimeless ? stampsAt(place, stamps) : []),
      ];
      return await testifyAll(witnesses, content, verifier);
    },
    ...(version === 2 ? { serves: requireP256 } : {}),
  };
}

async function services(
  { target, now }: PublicPlace,
  logVersions: readonly number[],
): Promise<SigningServices> {
  return servicesIn(await target(CONFIG), now(), logVersions);
}

async function tiled({ target, now }: PublicPlace): Promise<SigningServices> {
  const usual = await target(CONFIG);
  return servicesIn(namesLog(usual, now(), 2) ? usual : await target(CONFIG_2), now(), [2]);
}

function stampsAt(place: PublicPlace, stamps: readonly NamedService[]): readonly Witness[] {
  return stamps.map(({ url }) => timestampWitness({ ...place, url }));
}

async function testifyAll(witnesses: readonly Witness[], content: Bundle['content'], verifier: string) {
  const parts = await Promise.all(witnesses.map(({ testify }) => testify(content, verifier)));
  return {
    entries: parts.flatMap(({ entries }) => entries),
    timestamps: parts.flatMap(({ timestamps }) => timestamps),
  };
}
