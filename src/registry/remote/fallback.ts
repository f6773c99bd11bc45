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

/** What the fallback tag lists; nothing where there is no tag, or where it names something else. */
export async function readFallback(
  repository: RemoteRepository,
  subject: Digest,
): Promise<readonly Descriptor[]> {
  const content = await getManifest(repository, fallbackTag(subject));
  return (content && entriesOf(content, subject)) ?? [];
}

/**
 * Adds manifests to the fallback tag's index, those left out that what it contains makes superfluous. Throws `EVIDENCE`
 * where they do not stay, or the tag names no index.
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

/** Takes a manifest off the fallback tag's index; throws `EVIDENCE` where it does not stay away. */
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

/** An entry as it is in the index: whatever else it contains stays as it is. */
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
 * What the tag names. Where there is no such tag, some registries answer with the subject itself, since it reads like
 * the digest. The list of tags then shows. https://github.com/oras-project/oras/issues/2148
 */
async function readList(repository: RemoteRepository, subject: Digest): Promise<ManifestContent | undefined> {
  const tag = fallbackTag(subject);
  const content = await getManifest(repository, tag);
  if (content?.descriptor.digest !== subject) return content;
  const tags = await listTags(repository);
  return tags === undefined || tags.includes(tag) ? content : undefined;
}

/** The entries, `undefined` where the tag names the subject itself or anything else that is not an index. */
function entriesOf(content: ManifestContent, subject: Digest): readonly Descriptor[] | undefined {
  if (content.descriptor.digest === subject) return undefined;
  const manifest = parseManifest(content);
  return manifest.kind === 'index' ? manifest.manifests : undefined;
}

/** The index with its entries changed; whatever else it contains stays as it is. */
function changed(content: ManifestContent | undefined, change: Change): ManifestContent {
  const index: { readonly manifests: readonly RawEntry[] | null } =
    content === undefined
      ? { schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests: [] }
      : JSON.parse(new TextDecoder().decode(content.bytes));
  const body = { ...index, manifests: change(index.manifests ?? []) };
  return manifestContent(new TextEncoder().encode(JSON.stringify(body)), MEDIA_TYPES.index);
}
