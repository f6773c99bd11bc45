import { describe, expect, it } from 'vitest';
import { parseEnvironments } from '../../src/environments/parse.ts';
import { fileWith, marked, problemsOf } from './problems.ts';

const NODE = 'name: node, from: docker.io/library/node, to: r.example/mirror/node';

it('means what it says, and moves nothing unless told', () => {
  const more = `mirrors: [{ ${NODE}, tags: ["22", { since: 22.11.0, update: minor, newest: 3 }] }]`;
  expect(parseEnvironments(fileWith({ more }), 'environments.yaml').mirrors).toEqual([
    {
      name: 'node',
      from: 'docker.io/library/node',
      to: 'r.example/mirror/node',
      tags: [
        { tag: '22', update: 'digest' },
        { tag: '22.11.0', update: 'minor', newest: 3 },
      ],
      signature: [],
      moves: false,
      pins: false,
    },
  ]);
});

describe('a mirror is refused', () => {
  it.each([
    ['that has the name of another', '{ name: node, from: a.example/x, to: b.example/x, tags: [a] }', 'node'],
    [
      'whose repository another has',
      '{ name: a, from: a.example/x, to: r.example/mirror/node, tags: [a] }',
      'r.example/mirror/node',
    ],
    [
      'whose repository another copies from',
      '{ name: a, from: a.example/x, to: docker.io/library/node, tags: [a] }',
      'docker.io/library/node',
    ],
    ['into itself', '{ name: a, from: a.example/x, to: a.example/x, tags: [a] }', 'a.example/x'],
    [
      "into an environment's repository",
      '{ name: a, from: a.example/x, to: ghcr.io/acme/prod/api, tags: [a] }',
      'ghcr.io/acme/prod/api',
    ],
    [
      "from an environment's repository",
      '{ name: a, from: ghcr.io/acme/dev/api, to: b.example/x, tags: [a] }',
      'ghcr.io/acme/dev/api',
    ],
    [
      'into the evidence',
      '{ name: a, from: a.example/x, to: ghcr.io/acme/evidence, tags: [a] }',
      'ghcr.io/acme/evidence',
    ],
    [
      'with newer tags of none',
      '{ name: a, from: a.example/x, to: b.example/x, tags: [{ since: latest, update: minor }] }',
      'latest',
    ],
    [
      'whose signature is of others',
      '{ name: a, from: a.example/x, to: b.example/x, tags: [a], signature: { key: a.pub, images: [b] } }',
      'signature',
    ],
    ['without tags', '{ name: a, from: a.example/x, to: b.example/x, tags: [] }', 'tags'],
  ])('%s', (_, entry, caret) => {
    const signing = 'signing: { key: k, repository: ghcr.io/acme/evidence }';
    const text = fileWith({ more: `${signing}\nmirrors:\n  - { ${NODE}, tags: [a] }\n  - ${entry}` });
    expect(problemsOf(text).map(marked)).toEqual([caret]);
  });

  it('beside an environment whose branches its pins would share', () => {
    const mirror = 'mirror: { from: dev, registry: r.example/m, files: ["m/**"] }';
    const text = fileWith({ more: `  ${mirror}\nmirrors: [{ ${NODE}, tags: [a], pins: true }]` });
    expect(problemsOf(text).map(marked)).toEqual(['mirror']);
    expect(problemsOf(text.replace('pins: true', 'pins: false'))).toEqual([]);
  });
});
