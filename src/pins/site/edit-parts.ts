import { PromoteError } from '../../errors.ts';
import { pathOf, registryOf } from '../../oci/reference.ts';
import type { PinTarget } from '../pin.ts';
import type { Splice } from '../text/splice.ts';
import { writeScalar } from '../yaml/scalar.ts';
import { rewriteText } from './rewrite.ts';
import type { Keys, PinSite } from './site.ts';
import { editTagAndDigest } from './tag-and-digest.ts';

/**
 * The splices that make a pin's parts hold the target; a repository that is equal stays as it is written. Throws
 * `INVALID` where they cannot.
 */
export function editParts(site: PinSite, target: PinTarget): readonly Splice[] {
  const { pin, parts, repositoryText } = site;
  switch (parts.kind) {
    case 'whole': {
      const repository = pin.repository === target.repository ? repositoryText : target.repository;
      const tag = pin.untagged || target.tag === undefined ? '' : `:${target.tag}`;
      const digest = target.digest === undefined ? '' : `@${target.digest}`;
      return writeScalar(parts.reference, `${repository}${tag}${digest}`);
    }
    case 'text': {
      const made = rewriteText({ pin, parts }, target);
      if (made.kind === 'splices') return made.splices;
      throw new PromoteError('INVALID', `${pin.file}:${pin.line}: ${site.written}: ${made.reason}`, {
        hint: 'write the whole reference in one place',
      });
    }
    case 'keys':
      return [...editRepository({ pin, parts }, target), ...editTagAndDigest(parts, target)];
  }
}

function editRepository(
  { pin, parts: { registry, repository } }: { readonly pin: PinSite['pin']; readonly parts: Keys },
  { repository: wanted }: PinTarget,
): readonly Splice[] {
  if (repository === undefined || pin.repository === wanted) return [];
  if (!registry?.node.text) return writeScalar(repository, wanted);
  const path = repository.node.text;
  const isPrefixed = registry.node.text.includes('/') && wanted.endsWith(`/${path}`);
  return isPrefixed
    ? writeScalar(registry, wanted.slice(0, -path.length - 1))
    : [...writeScalar(registry, registryOf(wanted)), ...writeScalar(repository, pathOf(wanted))];
}
