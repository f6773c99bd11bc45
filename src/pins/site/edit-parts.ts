import { PromoteError } from '../../errors.ts';
import { pathOf, registryOf } from '../../oci/reference.ts';
import type { PinTarget } from '../pin.ts';
import type { Splice } from '../text/splice.ts';
import { writeScalar } from '../yaml/scalar.ts';
import { rewriteText } from './rewrite.ts';
import type { Keys, PinSite, WholeReference } from './site.ts';
import { editTagAndDigest } from './tag-and-digest.ts';

/**
 * The splices that make a pin's parts contain the target; a repository that is equal stays as it is written. Throws
 * `INVALID` where they cannot.
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
      return [...editRepository(pin, parts, target), ...editTagAndDigest(parts, target)];
  }
}

function editWhole(
  { pin, repositoryText }: PinSite,
  { reference, before = '' }: WholeReference,
  target: PinTarget,
): readonly Splice[] {
  const repository = pin.repository === target.repository ? repositoryText : target.repository;
  const tag = pin.untagged || target.tag === undefined ? '' : `:${target.tag}`;
  const digest = target.digest === undefined ? '' : `@${target.digest}`;
  return writeScalar(reference, `${before}${repository}${tag}${digest}`);
}

function editRepository(
  pin: PinSite['pin'],
  { registry, repository, scheme = '' }: Keys,
  { repository: wanted }: PinTarget,
): readonly Splice[] {
  if (repository === undefined || pin.repository === wanted) return [];
  if (!registry?.node.text) return writeScalar(repository, `${scheme}${wanted}`);
  const path = repository.node.text;
  const isPrefixed = registry.node.text.slice(scheme.length).includes('/') && wanted.endsWith(`/${path}`);
  return isPrefixed
    ? writeScalar(registry, `${scheme}${wanted.slice(0, -path.length - 1)}`)
    : [
        ...writeScalar(registry, `${scheme}${registryOf(wanted)}`),
        ...writeScalar(repository, pathOf(wanted)),
      ];
}
