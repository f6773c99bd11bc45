import { expect, it } from 'vitest';
import { digestOf } from '../../../src/oci/digest.ts';
import { baseOf, type KnownBase } from '../../../src/plan/refresh/base-of.ts';

const layers = (text: string) => (text === '' ? [] : text.split(' ').map(digestOf));
const base = (reference: string, text: string): KnownBase => ({
  reference,
  digest: digestOf(reference),
  diffIds: layers(text),
});
const KNOWN = [
  base('debian:12', 'debian'),
  base('node:20', 'debian tools node20'),
  base('node:20-again', 'debian tools node20'),
  base('node:22', 'debian tools node22'),
  base('node:20-slim', 'debian-slim node20-slim'),
  base('empty', ''),
];

it.each([
  ['the base with the most layers', 'debian tools node20 app', ['node:20', 'node:20-again']],
  ['the base itself', 'debian', ['debian:12']],
  ['not a sibling that shares the first layers', 'debian tools node18 app', ['debian:12']],
  ['not a variant', 'debian-slim node20-slim app', ['node:20-slim']],
  ['nothing where only some layers of a base are there', 'debian-slim other', []],
  ['nothing where the layers are not the first', 'app debian', []],
  ['nothing for an image without layers', '', []],
])('an image stands on %s', (_, text, references) => {
  const match = baseOf({ annotations: {}, diffIds: layers(text) }, KNOWN);
  expect(match.kind === 'layers' ? match.bases.map(({ reference }) => reference) : []).toEqual(references);
});

it('believes annotations before layers', () => {
  const annotations = {
    'org.opencontainers.image.base.name': 'docker.io/library/node:20',
    'org.opencontainers.image.base.digest': 'not a digest',
  };
  expect(baseOf({ annotations, diffIds: layers('debian app') }, KNOWN)).toEqual({
    kind: 'annotated',
    reference: 'docker.io/library/node:20',
  });
});
