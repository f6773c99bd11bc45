import canonicalize from 'canonicalize';
import { type Digest, digestOf } from '../oci/digest.ts';
import type { Environment, Environments, Signing } from './environments.ts';
import type { TrustedSource } from './trusted-source.ts';

/** Digests of public keys, by their path or `env://NAME` in the environments file. */
export type KeyIds = ReadonlyMap<string, Digest>;

/** The public keys that decide about promotions into the environment, as the file names them. */
export function publicKeysOf({ gates, signing }: Environment): readonly string[] {
  const sources = [...(gates.signature ?? []).map(({ signer }) => signer), ...(signing?.trusted ?? [])];
  const named = sources.flatMap(source => (source.kind === 'key' ? source.key : []));
  const own = signing?.by.kind === 'key' ? signing.by.publicKey : undefined;
  return [...new Set(own === undefined ? named : [own, ...named])];
}

/**
 * SHA-256 over the canonical JSON of everything that decides about promotions into the environment: its own entry with
 * defaults, each public key in place of its path, and all images by name. A private key without its public key counts
 * as it is written. https://www.rfc-editor.org/rfc/rfc8785
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
