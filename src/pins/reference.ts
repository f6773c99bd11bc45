import { PromoteError } from '../errors.ts';
import { parseReference, type Reference, type RepositoryName } from '../oci/reference.ts';
import type { PinFormat, PinTarget } from './pin.ts';
import { writeScalar } from './scalar.ts';
import { pinAt, type ReferenceSite } from './site.ts';
import type { Splice } from './splice.ts';
import { requireUnique, type Spot } from './spot.ts';
import type { YamlScalar } from './tree.ts';

/** The pin in a scalar that holds a whole reference; undefined where it holds anything else. */
export function referenceSite(
  scalar: Spot<YamlScalar> | undefined,
  format: PinFormat,
  image?: string,
): ReferenceSite | undefined {
  const found = readReference(scalar?.node.text ?? '');
  if (scalar === undefined || found === undefined) return undefined;
  requireUnique(scalar);
  const { tag, digest } = found;
  const pin = pinAt(scalar, scalar, {
    format,
    ...found,
    ...(image === undefined ? {} : { image }),
    ...(tag === undefined && digest !== undefined ? { untagged: true } : {}),
  });
  return { kind: 'reference', pin, repositoryText: repositoryText(scalar.node.text, tag), reference: scalar };
}

/** The splices that make the scalar hold the target; a repository that is equal stays as it is written. */
export function editReference(site: ReferenceSite, target: PinTarget): readonly Splice[] {
  const { pin, reference, repositoryText } = site;
  const repository = pin.repository === target.repository ? repositoryText : target.repository;
  const tag = pin.untagged ? undefined : target.tag;
  return writeScalar(reference, `${repository}${tag === undefined ? '' : `:${tag}`}@${target.digest}`);
}

/** The reference a text holds; undefined where it is none, or the URL of an OCI chart. */
export function readReference(text: string): Reference | undefined {
  if (text === '' || text.startsWith('oci://')) return undefined;
  try {
    return parseReference(text);
  } catch (error) {
    if (error instanceof PromoteError && error.code === 'INVALID') return undefined;
    throw error;
  }
}

/** The repository a text holds; undefined where it holds a tag or a digest too, or is no reference. */
export function readRepository(text: string): RepositoryName | undefined {
  const found = readReference(text);
  return found?.tag === undefined && found?.digest === undefined ? found?.repository : undefined;
}

function repositoryText(text: string, tag: string | undefined): string {
  const named = text.split('@', 1).join('');
  return tag === undefined ? named : named.slice(0, -tag.length - 1);
}
