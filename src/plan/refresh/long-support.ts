import { pathOf, type RepositoryName } from '../../oci/reference.ts';
import type { OrderedTag } from '../../oci/tag-scheme.ts';

/** Repositories whose version numbers show which versions have long-term support. */
const DISTRIBUTIONS: Readonly<Record<string, (year: bigint, month: bigint) => boolean>> = {
  // The Aprils of even years: https://ubuntu.com/about/release-cycle
  ubuntu: isEvenApril,
  'buildpack-deps': isEvenApril,
};

/** Whether the version has long-term support; false if its number does not show that. */
export function isLongSupported(repository: RepositoryName, { kind, numbers }: OrderedTag): boolean {
  const [year, month] = numbers;
  const name = pathOf(repository).split('/').at(-1) ?? '';
  if (kind !== 'version' || year === undefined || month === undefined) return false;
  return Object.hasOwn(DISTRIBUTIONS, name) && DISTRIBUTIONS[name]?.(year, month) === true;
}

function isEvenApril(year: bigint, month: bigint): boolean {
  return year % 2n === 0n && month === 4n;
}
