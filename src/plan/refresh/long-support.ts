import { pathOf, type RepositoryName } from '../../oci/reference.ts';
import type { OrderedTag } from '../../oci/tag-scheme.ts';

/** Repositories whose versions say by their numbers which of them are supported for long. */
const DISTRIBUTIONS: Readonly<Record<string, (year: bigint, month: bigint) => boolean>> = {
  // The Aprils of even years: https://ubuntu.com/about/release-cycle
  ubuntu: isEvenApril,
  'buildpack-deps': isEvenApril,
};

/** Whether the distribution supports the version for long; no where it does not say so by number. */
export function isLongSupported(repository: RepositoryName, { kind, numbers }: OrderedTag): boolean {
  const [year, month] = numbers;
  const name = pathOf(repository).split('/').at(-1) ?? '';
  if (kind !== 'version' || year === undefined || month === undefined) return false;
  return Object.hasOwn(DISTRIBUTIONS, name) && DISTRIBUTIONS[name]?.(year, month) === true;
}

function isEvenApril(year: bigint, month: bigint): boolean {
  return year % 2n === 0n && month === 4n;
}
