import type { Digest } from '../oci/digest.ts';
import type { RepositoryName } from '../oci/reference.ts';

/**
 * Why an environment needs an image. `pinned`: its files name it now. `former`: one of its last changes put it there
 * or took it away, so a rollback may want it. `proposed`: an open pull request or branch names it.
 */
export interface Need {
  readonly environment: string;
  readonly why: 'pinned' | 'former' | 'proposed';
  /** The commit of a change, or the address of a proposal. */
  readonly where?: string | undefined;
}

/** One place that names an image, by its digest or by a tag alone. */
export interface Naming {
  readonly image: string;
  readonly repository: RepositoryName;
  readonly digest: Digest | undefined;
  readonly tag: string | undefined;
  readonly need: Need;
}

/** An image that environments need in one repository, with every tag that they name it by. */
export interface NeededImage extends Omit<Naming, 'tag' | 'need'> {
  readonly tags: readonly string[];
  readonly needs: readonly Need[];
}

/** The needed images: each digest of a repository once, and each tag that is named without a digest. */
export function neededImages(namings: readonly Naming[]): readonly NeededImage[] {
  const byImage = Map.groupBy(namings, ({ repository, digest, tag }) => `${repository} ${digest ?? tag}`);
  return [...byImage.values()].flatMap(same => {
    const [first] = same;
    if (first === undefined) return [];
    const { image, repository, digest } = first;
    const tags = new Set(same.flatMap(({ tag }) => tag ?? []));
    const needs = new Map(same.map(({ need }) => [JSON.stringify(need), need]));
    return [{ image, repository, digest, tags: [...tags], needs: [...needs.values()] }];
  });
}
