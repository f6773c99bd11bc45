import { describe, expect, it } from 'vitest';
import type { Environment } from '../../src/environments/environments.ts';
import { parseEnvironments } from '../../src/environments/parse.ts';
import { checkFiles, checkImages, checkKeys, checkMentions } from '../../src/plan/check.ts';
import { imageMentions, imagePins } from '../../src/plan/image-pins.ts';
import { environment, environments } from '../fixtures/candidates.ts';

const TEXTS = new Map([['qa/api.yaml', 'image: { repository: registry.example/qa/api, tag: "1" }\n']]);
const PINS = imagePins(environments(), TEXTS);

describe('files', () => {
  it.each<[string, Partial<Environment>, readonly string[], readonly string[]]>([
    ['that match', {}, ['qa/api.yaml'], []],
    ['behind a glob that matches none', { files: ['qa/*.yaml', 'eu/**'] }, ['qa/api.yaml'], ['"eu/**"']],
    [
      'behind a glob of a registry that matches none',
      { registries: [{ push: 'a.io', pull: 'a.io', files: ['qa/us-*'] }] },
      ['qa/api.yaml'],
      ['"qa/us-*"'],
    ],
  ])('%s', (_, changes, paths, named) => {
    const messages = checkFiles(environment(changes), paths, PINS).map(({ message }) => message);
    expect(messages).toEqual(named.map(name => expect.stringContaining(name)));
  });

  it('without a pin are an error', () => {
    expect(checkFiles(environment(), ['qa/api.yaml'], [])).toMatchObject([{ severity: 'error' }]);
  });
});

it('tells every place that names an image and is no pin', () => {
  const text = [
    'a: [x registry.example/qa/api:1]',
    'b: [x registry.example/qa/api]',
    'c: [x registry.example/qa/api:1] # promote: ignore by hand',
    'd: [x registry.example/qa/api:1] # promote: ignore',
  ].join('\n');
  const mentions = imageMentions(environments(), new Map([['qa/x.yaml', text]]));
  expect(checkMentions(environment(), mentions).map(({ severity, message }) => [severity, message])).toEqual([
    ['warning', expect.stringContaining('qa/x.yaml:1:7: registry.example/qa/api:1 names api')],
    ['note', expect.stringContaining('qa/x.yaml:2:7: registry.example/qa/api names api')],
    [
      'error',
      expect.stringContaining('qa/x.yaml:4:7: registry.example/qa/api:1 is ignored without a reason'),
    ],
  ]);
});

it('names images that nothing pins, and rules that match no file', () => {
  const all = environments();
  const [api, web] = all.images;
  if (api === undefined || web === undefined) throw new Error('the fixture has two images');
  const ruled = { ...web, pins: [{ files: 'web/*', path: 'tag', kind: 'tag' as const }] };
  const findings = checkImages({ ...all, images: [api, ruled] }, ['qa/api.yaml'], PINS);
  expect(findings.map(({ subject }) => subject)).toEqual(['images.web', 'images.web']);
});

it.each([
  ['one key for all', '', 1],
  ['a key of its own', 'signing: { key: production.key },', 0],
])('%s', (_, own, count) => {
  const file = `version: 1
images: { api: {} }
signing: { key: shared.key }
environments:
  dev: { from: build, registry: a.io/dev, files: ["dev/**"] }
  prod: { from: dev, registry: a.io/prod, files: ["prod/**"], ${own} gates: { approval: { by: stated } } }
`;
  expect(checkKeys(parseEnvironments(file, 'environments.yaml'))).toHaveLength(count);
});
