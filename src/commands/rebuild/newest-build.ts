import type { Environments } from '../../environments/environments.ts';
import { imageNamed } from '../../environments/locate.ts';
import { compareTags } from '../../oci/compare-tags.ts';
import type { Digest } from '../../oci/digest.ts';
import type { RepositoryName } from '../../oci/reference.ts';
import type { NeededBuild } from '../../plan/rebuild.ts';
import type { BaseState } from '../../reports/deployed.ts';
import type { Effects } from '../../run/effects.ts';

/** The state of an image's base. */
export type BaseStateOf = (reference: {
  readonly repository: RepositoryName;
  readonly digest: Digest;
}) => Promise<BaseState>;

/**
 * The tag of the newest build in the image's `source`, if it is newer than what is pinned and on the newer base.
 * `undefined` where tags have no order, or the registry does not list them.
 */
export async function newestBuildOn(
  effects: Pick<Effects, 'store'>,
  environments: Environments,
  { image, base, tags }: NeededBuild,
  stateOf: BaseStateOf,
): Promise<string | undefined> {
  const { source } = imageNamed(environments, image);
  if (source === undefined || tags.length === 0) return undefined;
  const store = effects.store(source);
  const listed = (await store.tags()) ?? [];
  const newer = listed.filter(other => tags.every(tag => compareTags(tag, other).kind === 'older'));
  const newest = newer.reduce<string | undefined>(
    (best, other) => (best === undefined || compareTags(best, other).kind === 'older' ? other : best),
    undefined,
  );
  const head = newest === undefined ? undefined : await store.head(newest);
  if (head === undefined) return undefined;
  const state = await stateOf({ repository: source, digest: head.digest });
  return state.kind === 'current' && state.base === base ? newest : undefined;
}
