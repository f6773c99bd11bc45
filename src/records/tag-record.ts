import { createHash } from 'node:crypto';
import type { Digest } from '../oci/digest.ts';
import { parseManifest } from '../oci/manifest.ts';
import { isTag, type RepositoryName } from '../oci/reference.ts';
import type { Store } from '../registry/store.ts';
import type { Trust } from '../signing/trust.ts';
import { findRecord } from './find.ts';

/** What a tag stands for at a target. `named` is the digest that the registry gives for it now. */
export type TagFinding =
  /** Our signed record of the promotion that set the tag says the same. */
  | { readonly kind: 'recorded'; readonly tag: string; readonly digest: Digest }
  /** Our record says another digest. */
  | {
      readonly kind: 'moved';
      readonly tag: string;
      readonly digest: Digest;
      readonly named: Digest | undefined;
    }
  | { readonly kind: 'unrecorded'; readonly tag: string; readonly named: Digest | undefined };

/** Where a tag is looked up, and whose records count. */
export interface TagSearch {
  readonly store: Store;
  readonly trust: Trust;
  readonly environment: string;
  readonly tag: string;
}

/**
 * Compares a tag with our record of the promotion that set it. The record is looked for at the image that the tag
 * names, else under the tag that points to it.
 */
export async function findTagRecord(search: TagSearch): Promise<TagFinding> {
  const { store, tag } = search;
  const named = (await store.head(tag))?.digest;
  if (named !== undefined && (await isRecorded(search, named)))
    return { kind: 'recorded', tag, digest: named };
  const digest = await pointedDigest(search);
  if (digest === undefined) return { kind: 'unrecorded', tag, named };
  return digest === named ? { kind: 'recorded', tag, digest } : { kind: 'moved', tag, digest, named };
}

/** The tag that points to the record of the promotion that set a tag. It shows if the set tag alone moved. */
export function recordTag(environment: string, tag: string): string {
  const name = `${environment}.${tag}.promoted`;
  return isTag(name) ? name : `${createHash('sha256').update(name).digest('hex')}.promoted`;
}

async function isRecorded({ store, trust, environment, tag }: TagSearch, digest: Digest): Promise<boolean> {
  const referrers = await store.referrers(digest);
  const search = { store, referrers, digest, trust, environment, repository: store.name, tag };
  return (await findRecord(search)) !== undefined;
}

/** A name that differs for each repository, since one place may keep the evidence of many. */
export function recordTagApart(name: RepositoryName, environment: string, tag: string): string {
  const own = createHash('sha256')
    .update(`${name} ${recordTag(environment, tag)}`)
    .digest('hex');
  return `${own}.promoted`;
}

/** The repository and its tag that point to the record of the promotion that set a tag. */
export function recordPointer(
  store: Store,
  environment: string,
  tag: string,
): { readonly place: Store; readonly name: string } {
  return store.apart === undefined
    ? { place: store, name: recordTag(environment, tag) }
    : { place: store.apart.evidence, name: recordTagApart(store.name, environment, tag) };
}

async function pointedDigest(search: TagSearch): Promise<Digest | undefined> {
  const { store, environment, tag } = search;
  const { place, name } = recordPointer(store, environment, tag);
  const found = await pointedIn(search, place, name);
  if (found !== undefined || store.apart === undefined) return found;
  // Records from before evidence was kept apart are pointed to beside the image.
  return await pointedIn(search, store.apart.images, recordTag(environment, tag));
}

async function pointedIn(
  { store: { name: repository }, trust, environment, tag }: TagSearch,
  store: Store,
  pointer: string,
): Promise<Digest | undefined> {
  const content = await store.manifest(pointer);
  const digest = content && parseManifest(content).subject?.digest;
  if (content === undefined || digest === undefined) return undefined;
  const referrers = [content.descriptor];
  const search = { store, referrers, digest, trust, environment, repository, tag };
  return (await findRecord(search))?.digest;
}
