import { PromoteError } from '../../errors.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import { fallbackTag } from '../../oci/fallback-tag.ts';
import { type ManifestContent, MEDIA_TYPES, manifestContent, parseManifest } from '../../oci/manifest.ts';
import { uniteTag } from '../unite-tag.ts';
import { getManifest, putManifest } from './manifests.ts';
import type { RemoteRepository } from './repository.ts';

/** What the fallback tag lists; nothing where there is no tag, or where it names something else. */
export async function readFallback(
  repository: RemoteRepository,
  subject: Digest,
): Promise<readonly Descriptor[]> {
  const content = await getManifest(repository, fallbackTag(subject));
  return (content && entriesOf(content, subject)) ?? [];
}

/** Adds entries to the fallback tag's index; throws `EVIDENCE` where they do not stay, or the tag names no index. */
export async function addToFallback(
  repository: RemoteRepository,
  subject: Digest,
  added: readonly Descriptor[],
): Promise<void> {
  const tag = fallbackTag(subject);
  const names = added.map(({ digest }) => digest).join(', ');
  const operation = `list ${names} among the referrers of ${repository.name}@${subject}`;
  await uniteTag({
    operation,
    tag,
    missing: async () => {
      const content = await getManifest(repository, tag);
      const entries = content === undefined ? [] : entriesOf(content, subject);
      if (entries === undefined) {
        throw new PromoteError('EVIDENCE', `${operation}: the tag ${tag} is not a list of referrers`, {
          hint: `cosign copy tags images like that: delete the tag ${repository.name}:${tag} and run again`,
        });
      }
      const missing = added.filter(entry => !entries.some(({ digest }) => digest === entry.digest));
      if (missing.length === 0) return undefined;
      return () => putManifest(repository, withEntries(content, missing), tag);
    },
    settle: () => repository.client.pause(1),
  });
}

/** The entries, `undefined` where the tag names the subject itself or anything else that is not an index. */
function entriesOf(content: ManifestContent, subject: Digest): readonly Descriptor[] | undefined {
  if (content.descriptor.digest === subject) return undefined;
  const manifest = parseManifest(content);
  return manifest.kind === 'index' ? manifest.manifests : undefined;
}

/** The index with the entries added; whatever else it holds stays as it is. */
function withEntries(content: ManifestContent | undefined, added: readonly Descriptor[]): ManifestContent {
  const index: { readonly manifests: readonly unknown[] } =
    content === undefined
      ? { schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests: [] }
      : JSON.parse(new TextDecoder().decode(content.bytes));
  const body = { ...index, manifests: [...index.manifests, ...added] };
  return manifestContent(new TextEncoder().encode(JSON.stringify(body)), MEDIA_TYPES.index);
}
