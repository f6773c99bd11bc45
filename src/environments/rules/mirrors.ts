import type { RepositoryName } from '../../oci/reference.ts';
import { tagScheme } from '../../oci/tag-scheme.ts';
import { normaliseAccepted } from '../accepted-signers.ts';
import type { Issue } from '../diagnostics/issue.ts';
import { acceptedSigners } from '../refresh.ts';
import { imageRepositories } from './evidence-place.ts';
import type { Judged, Rule } from './rule.ts';

/** A mirror has a name and a repository of its own, which no promotion writes to. */
export const mirrorsAreApart: Rule = ({ file }) => {
  const { mirrors = [] } = file;
  const images = imageRepositories(file);
  const evidence = evidencePlaces(file);
  return mirrors.flatMap(({ name, from, to }, index): readonly Issue[] => {
    const at = (key: string, message: string, hint: string): Issue => ({
      path: ['mirrors', index, key],
      at: 'value',
      message,
      hint,
    });
    const before = mirrors.slice(0, index);
    const own = 'give the mirror a repository of its own';
    return [
      ...(before.some(other => other.name === name)
        ? [at('name', `two mirrors are named ${name}`, 'give each its own name')]
        : []),
      ...(from === to ? [at('to', `${name} would mirror ${from} into itself`, own)] : []),
      ...before.flatMap(other =>
        other.to === to ? [at('to', `mirrors ${other.name} and ${name} share ${to}`, own)] : [],
      ),
      ...mirrors.flatMap(other =>
        other.from === to && from !== to
          ? [at('to', `${to} is where the mirror ${other.name} copies from`, own)]
          : [],
      ),
      ...(images.has(to) ? [at('to', `${to} has the images of ${images.get(to)}`, own)] : []),
      ...(evidence.has(to) ? [at('to', `${to} keeps the evidence of promotions`, own)] : []),
      ...(images.has(from)
        ? [at('from', `${from} has the images of ${images.get(from)}`, 'an environment promotes them')]
        : []),
    ];
  });
};

/** Newer tags are looked for from a tag whose scheme has an order. */
export const mirroredTagsHaveOrder: Rule = ({ file: { mirrors = [] } }) =>
  mirrors.flatMap(({ tags }, index) =>
    tags.flatMap((tag, entry): readonly Issue[] =>
      typeof tag === 'string' || tagScheme(tag.since).kind !== 'floating'
        ? []
        : [
            {
              path: ['mirrors', index, 'tags', entry, 'since'],
              at: 'value',
              message: `${tag.since} is no version, so no tag is newer`,
              hint: 'begin with a version such as 22.11.0, or write the tag alone',
            },
          ],
    ),
  );

/** A signature that a mirror asks for is asked of its images. */
export const mirrorsAreSigned: Rule = ({ file: { mirrors = [] } }) =>
  mirrors.flatMap(({ from, signature }, index): readonly Issue[] =>
    signature === undefined || acceptedSigners({ signature: normaliseAccepted(signature) }, from).length > 0
      ? []
      : [
          {
            path: ['mirrors', index, 'signature'],
            at: 'key',
            message: `no signer is for ${from}, so nothing would be verified`,
            hint: 'leave `images` out, or name that repository in it',
          },
        ],
  );

/** The branches of mirrors' pull requests are under a name that no environment has. */
export const mirrorIsNoEnvironment: Rule = ({ file, environmentNames }): readonly Issue[] =>
  (file.mirrors ?? []).some(({ pins }) => pins === true) && environmentNames.has('mirror')
    ? [
        {
          path: ['environments', 'mirror'],
          at: 'key',
          message: 'an environment named mirror would share its branches with the pins of mirrors',
          hint: 'give the environment another name',
        },
      ]
    : [];

function evidencePlaces({ signing, environments }: Judged['file']): ReadonlySet<RepositoryName> {
  const all = [signing, ...Object.values(environments).map(environment => environment.signing)];
  return new Set(all.flatMap(one => one?.repository ?? []));
}
