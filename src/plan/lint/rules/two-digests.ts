import { shortDigest } from '../../../oci/digest.ts';
import type { LintedPin } from '../read.ts';
import type { LintRule } from '../rule.ts';

/** One image at two digests within an environment; for an unknown image, one tag at two digests. */
export const twoDigests: LintRule = {
  name: 'two-digests',
  severity: 'warning',
  description: 'One environment runs two digests of one image.',
  find: ({ pins }) =>
    [
      ...Map.groupBy(
        pins.filter(({ pin }) => pin.digest !== undefined),
        nameOf,
      ),
    ].flatMap(([name, same]) => {
      const [first] = same;
      if (first === undefined) return [];
      const { file, line } = first.place;
      const others = same.filter(({ pin }) => pin.digest !== first.pin.digest);
      return others.map(({ pin, place }) => ({
        place,
        message: `${name} is ${short(pin)} here and ${short(first.pin)} in ${file}:${line}`,
        hint: 'pin one digest, or say why there are two: # promote: ignore <reason>',
      }));
    }),
};

function nameOf({ image, pin: { repository, tag } }: LintedPin): string {
  return image ?? `${repository}${tag === undefined ? '' : `:${tag}`}`;
}

function short({ digest }: LintedPin['pin']): string {
  return digest === undefined ? '' : shortDigest(digest);
}
