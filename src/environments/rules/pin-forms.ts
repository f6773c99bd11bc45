import type { PinForm, PinKind } from '../../pins/pin.ts';
import { matchesGlob } from '../locate.ts';
import type { Rule } from './rule.ts';

/** The forms that fit each kind of part. */
const FORMS: Readonly<Record<PinKind, readonly PinForm[]>> = {
  reference: ['digest', 'tag'],
  repository: ['digest', 'tag', 'repository'],
  tag: ['digest', 'tag', 'repository'],
  digest: ['digest'],
  version: ['version'],
};

type File = Parameters<Rule>[0]['file'];

/** A form, and the key that requires it; absent: the rule itself requires it. */
interface Asked {
  readonly form: PinForm | undefined;
  readonly by?: string | undefined;
}

/** A rule's `kind` fits the form that its `pin` asks for, else its image's, else that of each environment it reaches. */
export const pinFormsFitTheirPlace: Rule = ({ file }) =>
  Object.entries(file.images).flatMap(([name, { pins = [], pin: ofImage }]) =>
    pins.flatMap(({ kind, pin, files }, index) => {
      const shared =
        ofImage === undefined
          ? reached(file.environments, files)
          : [{ form: ofImage, by: `images.${name}.pin` }];
      const asked: readonly Asked[] =
        pin === undefined ? (kind === 'version' ? [] : shared) : [{ form: pin }];
      const wrong = asked.find(({ form }) => form !== undefined && !FORMS[kind].includes(form));
      if (wrong === undefined) return [];
      const owner = wrong.by === undefined ? '' : `, as ${wrong.by} asks for`;
      return [
        {
          path: ['images', name, 'pins', index, pin === undefined ? 'kind' : 'pin'],
          at: 'value',
          message: `a place that holds a ${kind} cannot be written as ${wrong.form}${owner}`,
          hint: `with kind: ${kind}, pin may be ${FORMS[kind].join(' or ')}`,
        },
      ];
    }),
  );

/**
 * The forms of the environments whose files the rule may match. The rule's glob counts as a path that another
 * glob may match. What the globs do not show is checked at each pin.
 */
function reached(environments: File['environments'], glob: string): readonly Asked[] {
  return Object.entries(environments).flatMap(([name, { files: written, exclude = [], pin }]) => {
    const files = written.map(entry => (typeof entry === 'string' ? entry : entry.path));
    const left = [...exclude, ...files.flatMap(one => (one.startsWith('!') ? one.slice(1) : []))];
    const overlaps = (one: string) =>
      !one.startsWith('!') && (matchesGlob(glob, one) || matchesGlob(one, glob));
    const isReached = files.some(overlaps) && !left.some(one => matchesGlob(glob, one, { dot: true }));
    return isReached ? [{ form: pin, by: `environments.${name}.pin` }] : [];
  });
}
