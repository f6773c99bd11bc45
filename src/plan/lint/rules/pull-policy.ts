import type { LintRule } from '../rule.ts';
import { isFloating } from './floating-tag.ts';

/**
 * A pull policy that does not fit how the image is pinned.
 * https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy
 */
export const pullPolicy: LintRule = {
  name: 'pull-policy',
  severity: 'warning',
  description: 'The pull policy asks the registry for nothing, or keeps what a moving tag named before.',
  find: ({ pins }) =>
    pins.flatMap(({ pin, policy, written, image }) => {
      if (policy === undefined) return [];
      const { text, place } = policy;
      const name = written || image;
      if (text === 'Always' && pin.digest !== undefined)
        return [
          {
            place,
            message: `Always asks the registry at each start, and ${name} has a digest, which never changes`,
            hint: 'write IfNotPresent, so that a pod starts without its registry',
          },
        ];
      if (text === 'IfNotPresent' && pin.digest === undefined && isFloating(pin.tag))
        return [
          {
            place,
            message: `IfNotPresent keeps what each node pulled first, and ${name} has a tag that moves`,
            hint: 'pin the digest, or write Always',
          },
        ];
      return [];
    }),
};
