import { expect, it } from 'vitest';
import { lookedFor } from '../../src/plan/explain/looked-for.ts';
import { nearMisses } from '../../src/plan/explain/near-misses.ts';
import { promoting } from '../../src/plan/explain/next.ts';
import { explainFile } from '../../src/plan/explain/places.ts';
import { imageMentions, readablePins } from '../../src/plan/image-pins.ts';
import { environment, environments } from '../fixtures/candidates.ts';

const QA = environment();
const ALL = environments(QA);

/** What a file of qa says, place by place. */
function explained(text: string, known = ALL) {
  const texts = new Map([['qa/a.yaml', text]]);
  const files = { environments: known, texts, ...readablePins(known, QA, texts) };
  const mentions = files.unreadable.length > 0 ? [] : imageMentions(known, QA, texts);
  return explainFile({ ...files, mentions }, QA, 'qa/a.yaml');
}

it.each([
  [
    'a pin by its repository',
    'image:\n  repository: registry.example/qa/api\n  tag: 1.0.0\n',
    { line: 3, state: 'pin', image: 'api', because: 'registry.example/qa/api is where qa has api' },
  ],
  [
    'a repository of another place with an image of ours',
    'image:\n  repository: registry.example/old/api\n  tag: 1.0.0\n',
    { line: 3, state: 'no-pin', cure: expect.stringContaining('pin registry.example/qa/api') },
  ],
  [
    'a mention outside of pins',
    'note: "runs registry.example/qa/api:1.0.0"\n',
    { line: 1, state: 'no-pin', image: 'api', cure: expect.stringContaining('promote: ignore') },
  ],
  [
    'a mention that a comment settles',
    'note: "runs registry.example/qa/api:1.0.0" # promote: ignore a word\n',
    { line: 1, state: 'ignored', because: 'a comment says so: a word' },
  ],
  [
    'a tag without a repository',
    'api:\n  image:\n    tag: v1\n',
    {
      line: 3,
      state: 'no-pin',
      cure: 'images.api.pins: [{ files: "qa/a.yaml", path: "api.image.tag", kind: tag }]',
    },
  ],
  ['a file that is no YAML', 'a: [\nregistry.example/qa/api', { state: 'unreadable' }],
])('explains %s', (_, text, expected) => {
  expect(explained(text)).toMatchObject([expected]);
});

it('explains a pin that a rule names, by the rule', () => {
  const pins = [{ files: 'qa/*.yaml', path: 'api.image.tag', kind: 'tag' as const }];
  const images = ALL.images.map(image => (image.name === 'api' ? { ...image, pins } : image));
  expect(explained('api:\n  image:\n    tag: v1\n', { ...ALL, images })).toMatchObject([
    {
      line: 3,
      state: 'pin',
      image: 'api',
      because: 'a rule of images.api.pins names the place: api.image.tag',
    },
  ]);
});

it.each([
  ['image:\n  repository: a\n  tag: 1\n', []],
  ['a:\n  - tag: 1\n', []],
  ['tag: [\n', []],
  ['imageTag: 1\n', [1]],
  ['a:\n  web:\n    tag: 1\n---\nimage_tag: v2\n', [3, 5]],
])('finds the tags without a repository in %j', (text, lines) => {
  expect(nearMisses('values.yaml', text, ['api', 'web']).map(({ line }) => line)).toEqual(lines);
});

it.each([
  [QA, 'promote apply qa --image api --file ops/e.yaml'],
  [
    environment({ from: { kind: 'build' } }),
    "promote apply qa --image 'api=registry.example/qa/api:<tag>' --file ops/e.yaml",
  ],
])('names the command that comes next', (into, expected) => {
  expect(promoting({ ...ALL, file: 'ops/e.yaml' }, into, 'api').replaceAll("'", '')).toBe(
    expected.replaceAll("'", ''),
  );
});

it.each([
  [[], 'qa/*.yaml matches no file; correct environments.qa.files'],
  [
    [['qa/web.yaml', 'image:\n  tag: v1\n']],
    'none of 1 file (qa/*.yaml) names registry.example/qa/web; qa/web.yaml:2 has a tag without a repository: add images.web.pins: [{ files: "qa/web.yaml", path: "image.tag", kind: tag }]',
  ],
  [
    [
      ['qa/a.yaml', 'a: 1\n'],
      ['qa/b.yaml', 'tag: 1\n'],
    ],
    'none of 2 files (qa/*.yaml) names registry.example/qa/web; write the repository beside its tag, or say where it is with images.web.pins',
  ],
] as const)('says what an image was looked for in: %j', (files, expected) => {
  const texts = new Map<string, string>(files);
  expect(lookedFor({ environments: ALL, environment: QA, paths: [...texts.keys()], texts }, 'web')).toBe(
    expected,
  );
});
