import { createHash } from 'node:crypto';
import type { Digest } from '../oci/digest.ts';
import { parseManifest } from '../oci/manifest.ts';
import { isTag } from '../oci/reference.ts';
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

/** The tag that points to the record of the promotion that set a tag: who moves the tag alone is found out by it. */
export function recordTag(environment: string, tag: string): string {
  const name = `${environment}.${tag}.promoted`;
  return isTag(name) ? name : `${createHash('sha256').update(name).digest('hex')}.promoted`;
}

async function isRecorded({ store, trust, environment, tag }: TagSearch, digest: Digest): Promise<boolean> {
  const referrers = await store.referrers(digest);
  const search = { store, referrers, digest, trust, environment, repository: store.name, tag };
  return (await findRecord(search)) !== undefined;
}

async function pointedDigest({ store, trust, environment, tag }: TagSearch): Promise<Digest | undefined> {
  const content = await store.manifest(recordTag(environment, tag));
  const digest = content && parseManifest(content).subject?.digest;
  if (content === undefined || digest === undefined) return undefined;
  const referrers = [content.descriptor];
  const search = { store, referrers, digest, trust, environment, repository: store.name, tag };
  return (await findRecord(search))?.digest;
}
