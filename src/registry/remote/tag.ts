import { PromoteError } from '../../errors.ts';
import type { HttpResponse } from '../../http/request.ts';
import type { ManifestContent } from '../../oci/manifest.ts';
import { isEvidenceTag } from '../evidence/evidence-tag.ts';
import { RegistryError } from '../registry-error.ts';
import { headManifest, nameOf, putManifest } from './manifests.ts';
import type { RemoteRepository } from './repository.ts';

const ABOUT_CONTENT = /^(?:MANIFEST_(?:BLOB_UNKNOWN|UNKNOWN|UNVERIFIED)|BLOB_|DIGEST_|SIZE_|NAME_)/;

/**
 * Writes a manifest by tag, and reads the tag back unless the answer names the digest. If a registry with
 * immutable tags refuses an equal manifest, that is success (`undefined`). Throws `TAG_MOVED` otherwise.
 */
export async function putTagged(
  repository: RemoteRepository,
  content: ManifestContent,
  tag: string,
): Promise<HttpResponse | undefined> {
  const answer = await putUnlessRefused(repository, content, tag);
  if (answer !== undefined && answer.headers['docker-content-digest'] === undefined)
    await readBack(repository, content, tag);
  return answer;
}

/** Like `putTagged` without reading back, for a tag that others also write. */
export async function putUnlessRefused(
  repository: RemoteRepository,
  content: ManifestContent,
  tag: string,
): Promise<HttpResponse | undefined> {
  try {
    return await putManifest(repository, content, tag);
  } catch (error) {
    if (!(error instanceof RegistryError) || !isAboutTag(error)) throw error;
    const actual = await headManifest(repository, tag);
    if (actual === undefined) throw error;
    const { digest } = content.descriptor;
    if (actual.digest === digest) return undefined;
    throw new PromoteError(
      'TAG_MOVED',
      `${error.message}: ${nameOf(repository.name, tag)} is ${actual.digest}, expected ${digest}`,
      { cause: error, hint: hintFor(tag) },
    );
  }
}

/** The hint differs for evidence tags, because they change with each added piece. */
function hintFor(tag: string): string {
  return isEvidenceTag(tag)
    ? 'this tag lists evidence, and its registry has no referrers API and lets no tag change. Let tags that begin with sha256- change there, or keep evidence in another repository: signing.repository in the environments file'
    : 'the registry does not let this tag move: choose another, or let it';
}

async function readBack(repository: RemoteRepository, content: ManifestContent, tag: string): Promise<void> {
  const { digest } = content.descriptor;
  const named = await headManifest(repository, tag);
  if (named?.digest === digest) return;
  const name = nameOf(repository.name, tag);
  throw new PromoteError(
    'TAG_MOVED',
    `push ${name}: read back, it names ${named?.digest ?? 'nothing'}, expected ${digest}`,
    { hint: 'run it again; if it stays so, another writer or the registry itself changes the tag' },
  );
}

function isAboutTag({ status, errors }: RegistryError): boolean {
  const isRefusal = status >= 400 && status < 500 && ![401, 413, 429].includes(status);
  return isRefusal && !errors.some(({ code }) => ABOUT_CONTENT.test(code));
}
