import type { Environments } from '../environments/environments.ts';
import { formerPolicyHash, type KeyIds, policyHash, publicKeysOf } from '../environments/hash.ts';
import { trustedRootsOf } from '../environments/trusted-roots.ts';
import type { Digest } from '../oci/digest.ts';
import { keyId } from '../signing/public-key.ts';
import type { Effects } from './effects.ts';
import type { PolicyVersion } from './policy-version.ts';

/**
 * Tells whether a record's hash is that of an accepted policy. Listed policies count; without a list, the
 * present one and those in the history of the file's branch. Each is read at most once.
 */
export function acceptedPolicies(
  effects: Pick<Effects, 'policies' | 'trust' | 'rootDigest'>,
  environments: Environments,
  environment: string,
  listed: readonly string[] | undefined,
): (policy: Digest) => Promise<boolean> {
  if (listed !== undefined) return async policy => listed.includes(policy);
  const known = new Set<Digest>();
  // One generator serves all callers in turn, so its end is the same for all of them.
  const versions = everyHash(effects, environments, environment);
  return async policy => {
    while (!known.has(policy)) {
      const next = await versions.next();
      if (next.done) return known.has(policy);
      for (const hash of next.value) known.add(hash);
    }
    return true;
  };
}

async function* everyHash(
  effects: Pick<Effects, 'policies' | 'trust' | 'rootDigest'>,
  environments: Environments,
  environment: string,
): AsyncGenerator<readonly Digest[]> {
  for await (const version of everyVersion(effects, environments)) yield await hashesOf(version, environment);
}

async function* everyVersion(
  { policies, trust, rootDigest }: Pick<Effects, 'policies' | 'trust' | 'rootDigest'>,
  environments: Environments,
): AsyncGenerator<PolicyVersion> {
  const key = async (name: string) => {
    const { signers } = await trust({ signer: { kind: 'key', key: name }, images: [], children: false });
    return signers.map(signer => (signer.kind === 'key' ? keyId(signer.key) : undefined))[0];
  };
  yield { environments, key, root: async path => await rootDigest?.(path) };
  if (policies !== undefined) yield* policies();
}

/** The hashes of an environment's policy for its groups, also as earlier versions of promote made them. */
async function hashesOf(
  { environments, key, root }: PolicyVersion,
  name: string,
): Promise<readonly Digest[]> {
  const environment = environments.environments.find(known => known.name === name);
  if (environment === undefined) return [];
  const keys = await digestsOf(publicKeysOf(environment), key);
  const roots = await digestsOf(trustedRootsOf(environment), root);
  const { grouping } = environment;
  const groups = grouping.kind === 'named' ? Object.keys(grouping.groups) : [];
  return [
    ...['', ...groups].map(group => policyHash(environment, new Map([...keys, ...roots]), group)),
    // Earlier versions hashed the path of a trusted root instead of its content.
    ...(roots.size === 0 ? [] : ['', ...groups].map(group => policyHash(environment, keys, group))),
    formerPolicyHash(environments, environment, keys),
  ];
}

async function digestsOf(
  paths: readonly string[],
  read: (path: string) => Promise<Digest | undefined>,
): Promise<KeyIds> {
  const all = await Promise.all(paths.map(async path => [path, await read(path)] as const));
  return new Map(all.flatMap(([path, id]) => (id === undefined ? [] : [[path, id] as const])));
}

/** The commit with the policy of this hash, if the newest commit of the file's branch has it. */
export async function policyUri(
  { policies }: Pick<Effects, 'policies'>,
  environment: string,
  policy: Digest,
): Promise<string> {
  for await (const version of policies?.() ?? []) {
    const hashes = await hashesOf(version, environment);
    if (version.at === undefined || !hashes.includes(policy)) break;
    return `git+${version.at.repository}@${version.at.commit}#${environment}`;
  }
  return `https://gitops-promote.dev/policy#${environment}`;
}
