import canonicalize from 'canonicalize';
import { type Digest, digestOf } from '../oci/digest.ts';
import type { Environment, Environments, Signing } from './environments.ts';
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

/**
 * SHA-256 over the canonical JSON of what governs promotions into the environment: its own entry with defaults filled
 * in and each public key in place of its path, and every image's, in the order of their names. A private key whose
 * public half is not named counts as it is written. https://www.rfc-editor.org/rfc/rfc8785
 */
export function policyHash({ images }: Environments, environment: Environment, keys: KeyIds): Digest {
  const ordered = images.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const { gates, signing } = environment;
  const accepted = gates.signature?.map(entry => ({ ...entry, signer: resolved(entry.signer, keys) }));
  const governing = {
    ...environment,
    gates: { ...gates, ...(accepted === undefined ? {} : { signature: accepted }) },
    ...(signing === undefined ? {} : { signing: resolvedSigning(signing, keys) }),
  };
  return digestOf(`${canonicalize({ images: ordered, environment: governing })}`);
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
