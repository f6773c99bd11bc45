import { PromoteError } from '../../errors.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import { fallbackTag } from '../../oci/fallback-tag.ts';
import {
  type ManifestContent,
  MEDIA_TYPES,
  manifestContent,
  parseManifest,
  referrerDescriptor,
} from '../../oci/manifest.ts';
import type { Referring } from '../store.ts';
import { uniteTag } from '../unite-tag.ts';
import { getManifest } from './manifests.ts';
import type { RemoteRepository } from './repository.ts';
import { putUnlessRefused } from './tag.ts';
import { listTags } from './tags.ts';

/** The entries under the fallback tag; none if the tag is absent, or names something else. */
export async function readFallback(
  repository: RemoteRepository,
  subject: Digest,
): Promise<readonly Descriptor[]> {
  const content = await getManifest(repository, fallbackTag(subject));
  return (content && entriesOf(content, subject)) ?? [];
}

/**
 * Adds manifests to the fallback tag's index, except those that listed ones make superfluous. Throws
 * `EVIDENCE` if they do not stay listed, or if the tag does not name an index.
 */
export async function addToFallback(
  repository: RemoteRepository,
  subject: Digest,
  referring: readonly Referring[],
): Promise<void> {
  const names = referring.map(({ content }) => content.descriptor.digest).join(', ');
  const operation = `list ${names} among the referrers of ${repository.name}@${subject}`;
  await changeFallback(repository, subject, operation, async entries => {
    const added: Descriptor[] = [];
    for (const { content, isSuperfluous } of referring) {
      const isListed = entries.some(({ digest }) => digest === content.descriptor.digest);
      if (!isListed && !(await isSuperfluous?.(entries))) added.push(referrerDescriptor(content));
    }
    return added.length === 0 ? undefined : listed => [...listed, ...added];
  });
}

/** Removes a manifest from the fallback tag's index; throws `EVIDENCE` if it does not stay removed. */
export async function removeFromFallback(
  repository: RemoteRepository,
  subject: Digest,
  removed: Digest,
): Promise<void> {
  const operation = `take ${removed} off the referrers of ${repository.name}@${subject}`;
  await changeFallback(repository, subject, operation, async entries =>
    entries.some(({ digest }) => digest === removed)
      ? listed => listed.filter(entry => entry.digest !== removed)
      : undefined,
  );
}

/** An entry of the index. Its other fields stay as they are. */
type RawEntry = { readonly digest?: unknown };

type Change = (listed: readonly RawEntry[]) => readonly RawEntry[];

async function changeFallback(
  repository: RemoteRepository,
  subject: Digest,
  operation: string,
  decide: (entries: readonly Descriptor[]) => Promise<Change | undefined>,
): Promise<void> {
  const tag = fallbackTag(subject);
  await uniteTag({
    operation,
    tag,
    missing: async () => {
      const content = await readList(repository, subject);
      const entries = content === undefined ? [] : entriesOf(content, subject);
      if (entries === undefined) {
        throw new PromoteError('EVIDENCE', `${operation}: the tag ${tag} is not a list of referrers`, {
          hint: `cosign copy tags images like that: delete the tag ${repository.name}:${tag} and run again`,
        });
      }
      const change = await decide(entries);
      return change && (() => putUnlessRefused(repository, changed(content, change), tag));
    },
    settle: () => repository.client.pause(1),
  });
}

/**
 * The manifest under the fallback tag. If the tag is absent, some registries answer with the subject, as for
 * its digest. Then the list of tags decides. https://github.com/oras-project/oras/issues/2148
 */
async function readList(repository: RemoteRepository, subject: Digest): Promise<ManifestContent | undefined> {
  const tag = fallbackTag(subject);
  const content = await getManifest(repository, tag);
  if (content?.descriptor.digest !== subject) return content;
  const tags = await listTags(repository);
  return tags === undefined || tags.includes(tag) ? content : undefined;
}

/** The index's entries; `undefined` if the tag names the subject itself or no index. */
function entriesOf(content: ManifestContent, subject: Digest): readonly Descriptor[] | undefined {
  if (content.descriptor.digest === subject) return undefined;
  const manifest = parseManifest(content);
  return manifest.kind === 'index' ? manifest.manifests : undefined;
}

/** The index with changed entries; its other fields stay as they are. */
function changed(content: ManifestContent | undefined, change: Change): ManifestContent {
  const index: { readonly manifests: readonly RawEntry[] | null } =
    content === undefined
      ? { schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests: [] }
      : JSON.parse(new TextDecoder().decode(content.bytes));
  const body = { ...index, manifests: change(index.manifests ?? []) };
  return manifestContent(new TextEncoder().encode(JSON.stringify(body)), MEDIA_TYPES.index);
}
