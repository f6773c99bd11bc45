import { PromoteError } from '../../errors.ts';
import type { Digest } from '../../oci/digest.ts';
import { pathOf, registryOf } from '../../oci/reference.ts';
import type { PinTarget } from '../pin.ts';
import type { Splice } from '../text/splice.ts';
import { writtenTag } from '../value.ts';
import { writeScalar } from '../yaml/scalar.ts';
import { rewriteText } from './rewrite.ts';
import type { Keys, PinSite, WholeReference } from './site.ts';
import { editTag, editTagAndDigest } from './tag-and-digest.ts';

/**
 * The splices that change a pin's parts to the target. An equal repository stays as it is written. Throws
 * `INVALID` where a part cannot be changed.
 */
export function editParts(site: PinSite, asked: PinTarget): readonly Splice[] {
  const { pin, parts } = site;
  const target = pin.undigested ? { ...asked, digest: undefined } : asked;
  switch (parts.kind) {
    case 'whole':
      return editWhole(site, parts, target);
    case 'text': {
      const made = rewriteText({ pin, parts }, target);
      if (made.kind === 'splices') return made.splices;
      throw new PromoteError('INVALID', `${pin.file}:${pin.line}: ${site.written}: ${made.reason}`, {
        hint: 'write the whole reference in one place',
      });
    }
    case 'added':
      return [];
    case 'keys':
      return editKeys(pin, parts, target);
  }
}

/** A digest on the repository stays there, and the tag beside it stays a tag. */
function editKeys(pin: PinSite['pin'], parts: Keys, target: PinTarget): readonly Splice[] {
  const { repository } = parts;
  const isOnRepository =
    target.digest !== undefined &&
    (target.digestOn === 'repository' || repository?.node.text.includes('@') === true);
  if (!isOnRepository) return [...editRepository(pin, parts, target), ...editTagAndDigest(parts, target)];
  if (repository === undefined) throw noRepository(pin);
  return [
    ...editRepository(pin, parts, target, target.digest),
    ...(pin.untagged ? emptied(parts.tag) : editTag(parts, { ...target, digest: undefined })),
    ...emptied(parts.digest),
  ];
}

/** The splice that empties a value. A tag's scalar may contain the digest that moves to the repository. */
function emptied(scalar: Keys['digest']): readonly Splice[] {
  return scalar?.node.text ? writeScalar(scalar, '') : [];
}

function noRepository({ file, line, locator }: PinSite['pin']): PromoteError {
  const message = `${file}:${line}: ${locator} has no repository beside it that could carry the digest`;
  const hint =
    'name the repository in the same mapping with a rule of kind: repository, or write pin: digest';
  return new PromoteError('INVALID', message, { hint });
}

function editWhole(
  { pin, repositoryText }: PinSite,
  { reference, before = '' }: WholeReference,
  target: PinTarget,
): readonly Splice[] {
  const repository = pin.repository === target.repository ? repositoryText : target.repository;
  const written = writtenTag(pin, target);
  const tag = written === undefined ? '' : `:${written}`;
  const digest = target.digest === undefined ? '' : `@${target.digest}`;
  return writeScalar(reference, `${before}${repository}${tag}${digest}`);
}

function editRepository(
  pin: PinSite['pin'],
  { registry, repository, scheme = '' }: Keys,
  { repository: wanted }: PinTarget,
  digest?: Digest | undefined,
): readonly Splice[] {
  if (repository === undefined) return [];
  const [path = ''] = repository.node.text.split('@');
  const behind = digest === undefined ? '' : `@${digest}`;
  if (pin.repository === wanted) {
    return repository.node.text === `${path}${behind}` ? [] : writeScalar(repository, `${path}${behind}`);
  }
  if (!registry?.node.text) return writeScalar(repository, `${scheme}${wanted}${behind}`);
  const isPrefixed = registry.node.text.slice(scheme.length).includes('/') && wanted.endsWith(`/${path}`);
  return isPrefixed
    ? [
        ...writeScalar(registry, `${scheme}${wanted.slice(0, -path.length - 1)}`),
        ...writeScalar(repository, `${path}${behind}`),
      ]
    : [
        ...writeScalar(registry, `${scheme}${registryOf(wanted)}`),
        ...writeScalar(repository, `${pathOf(wanted)}${behind}`),
      ];
}
