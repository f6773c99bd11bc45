import { PromoteError } from '../../errors.ts';
import type { HttpResponse } from '../../http/request.ts';
import type { ManifestContent } from '../../oci/manifest.ts';
import { RegistryError } from '../registry-error.ts';
import { headManifest, nameOf, putManifest } from './manifests.ts';
import type { RemoteRepository } from './repository.ts';

const ABOUT_CONTENT = /^(?:MANIFEST_(?:BLOB_UNKNOWN|UNKNOWN|UNVERIFIED)|BLOB_|DIGEST_|SIZE_|NAME_)/;

/**
 * Puts a manifest by tag. Registries whose tags are immutable refuse even what is there already: that is success
 * (`undefined`); another digest under the tag is `TAG_MOVED`.
 */
export async function putTagged(
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
      { cause: error, hint: 'the registry does not let this tag move: choose another, or let it' },
    );
  }
}

function isAboutTag({ status, errors }: RegistryError): boolean {
  const isRefusal = status >= 400 && status < 500 && ![401, 413, 429].includes(status);
  return isRefusal && !errors.some(({ code }) => ABOUT_CONTENT.test(code));
}
