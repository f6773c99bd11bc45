import { expect, it } from 'vitest';
import type { Environments } from '../../src/environments/environments.ts';
import { environmentNamed } from '../../src/environments/locate.ts';
import { candidates } from '../../src/plan/candidates.ts';
import { imagePins } from '../../src/plan/image-pins.ts';
import { sourceImages } from '../../src/plan/source-images.ts';
import { digestNamed, environment, environments } from '../fixtures/candidates.ts';

const QA = environment();
const RULE = { files: '{dev,qa}/app.yaml', path: 'image', kind: 'reference' } as const;
const ALL: Environments = {
  ...environments(QA),
  images: [{ name: 'api', repository: 'api', pins: [RULE] }],
};

it.each([
  ['registry.example/dev/api', 'candidate'],
  ['registry.example/qa/api', 'candidate'],
  ['elsewhere.example/dev/api', 'closed'],
])('a reference to %s in the source environment is %s', (repository, kind) => {
  const written = `image: ${repository}:2.0.0@${digestNamed('api 2')}\n`;
  const pinsOf = (path: string, text: string) => imagePins(ALL, QA, new Map([[path, text]]));
  const snapshot = {
    base: { repository: 'repo', branch: 'main', commit: 'c0ffee' },
    target: pinsOf('qa/app.yaml', 'image: registry.example/qa/api:1.0.0\n'),
    sources: sourceImages(ALL, environmentNamed(ALL, 'dev'), pinsOf('dev/app.yaml', written)),
    only: [],
    versions: new Map(),
  };
  expect(candidates(ALL, QA, snapshot)).toMatchObject([{ kind }]);
});
