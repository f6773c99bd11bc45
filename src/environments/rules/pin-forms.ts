import type { PinForm, PinKind } from '../../pins/pin.ts';
import type { Rule } from './rule.ts';

/** The forms that fit each kind of part. */
const FORMS: Readonly<Record<PinKind, readonly PinForm[]>> = {
  reference: ['digest', 'tag'],
  repository: ['digest', 'tag', 'repository'],
  tag: ['digest', 'tag', 'repository'],
  digest: ['digest'],
  version: ['version'],
};

/** A rule's `kind` fits the form that its `pin`, or its image's, asks for. */
export const pinFormsFitTheirPlace: Rule = ({ file }) =>
  Object.entries(file.images).flatMap(([name, { pins = [], pin: shared }]) =>
    pins.flatMap(({ kind, pin }, index) => {
      const form = pin ?? (kind === 'version' ? 'version' : shared);
      if (form === undefined || FORMS[kind].includes(form)) return [];
      const path = ['images', name, 'pins', index, pin === undefined ? 'kind' : 'pin'];
      const owner = pin === undefined ? `, as images.${name}.pin asks for` : '';
      return [
        {
          path,
          at: 'value',
          message: `a place that holds a ${kind} cannot be written as ${form}${owner}`,
          hint: `with kind: ${kind}, pin may be ${FORMS[kind].join(' or ')}`,
        },
      ];
    }),
  );
