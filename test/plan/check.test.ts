import { describe, expect, it } from 'vitest';
import type { Environment, PinRule } from '../../src/environments/environments.ts';
import { inFolder } from '../../src/environments/locate.ts';
import { parseEnvironments } from '../../src/environments/parse.ts';
import {
  checkFiles,
  checkImages,
  checkKeys,
  checkMentions,
  checkSpecial,
  checkTags,
  checkWorkflows,
} from '../../src/plan/check.ts';
import { checkRuleFiles, checkRules } from '../../src/plan/check-rules.ts';
import { imageMentions, imagePins } from '../../src/plan/image-pins.ts';
import { refresh } from '../environments/refresh-of.ts';
import { environment, environments } from '../fixtures/candidates.ts';

const TEXTS = new Map([['qa/api.yaml', 'image: { repository: registry.example/qa/api, tag: "1" }\n']]);
const PINS = imagePins(environments(), environment(), TEXTS);

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
    [
      'that are left out',
      { files: ['qa/*.yaml', '!qa/web.yaml'], exclude: ['qa/x/**'] },
      ['qa/api.yaml', 'qa/web.yaml', 'qa/x/.y'],
      [],
    ],
    [
      'that leave out none',
      { files: ['qa/*.yaml', '!qa/web.yaml'], exclude: ['qa/x/**'] },
      ['qa/api.yaml'],
      ['files: "!qa/web.yaml"', 'exclude: "qa/x/**"'],
    ],
  ])('%s', (_, changes, paths, named) => {
    const messages = checkFiles(environment(changes), paths, PINS).map(({ message }) => message);
    expect(messages).toEqual(named.map(name => expect.stringContaining(name)));
  });

  it('without a pin are an error', () => {
    expect(checkFiles(environment(), ['qa/api.yaml'], [])).toMatchObject([{ severity: 'error' }]);
  });
});

it('shows every place that names an image and is no pin', () => {
  const text = [
    'a: [x registry.example/qa/api:1]',
    'b: [x registry.example/qa/api]',
    'c: [x registry.example/qa/api:1] # promote: ignore by hand',
    'd: [x registry.example/qa/api:1] # promote: ignore',
  ].join('\n');
  const mentions = imageMentions(environments(), environment(), new Map([['qa/x.yaml', text]]));
  expect(checkMentions(environment(), mentions).map(({ severity, message }) => [severity, message])).toEqual([
    ['warning', expect.stringContaining('qa/x.yaml:1:7: registry.example/qa/api:1 names api')],
    ['note', expect.stringContaining('qa/x.yaml:2:7: registry.example/qa/api names api')],
    [
      'error',
      expect.stringContaining('qa/x.yaml:4:7: registry.example/qa/api:1 is ignored without a reason'),
    ],
  ]);
});

it('names images that nothing pins', () => {
  expect(checkImages(environments(), PINS)).toMatchObject([
    { subject: 'images.web', hint: expect.stringContaining('promote explain web') },
  ]);
});

describe('rules', () => {
  const ruled = (...pins: readonly PinRule[]) => {
    const all = environments();
    return { ...all, images: all.images.map(image => (image.name === 'web' ? { ...image, pins } : image)) };
  };
  const text = 'app: { image: { tag: 1.0.0 }, digest: "" }\nlist: [{ name: api, v: 1.0.0 }]\n';
  const check = (rule: Omit<PinRule, 'files'>) =>
    checkRules(ruled({ files: 'qa/*.yaml', ...rule }), new Map([['qa/web.yaml', text]]));

  it.each<[Omit<PinRule, 'files'>, string]>([
    [{ path: 'app.image.tga', kind: 'tag' }, 'did you mean app.image.tag?'],
    [{ path: 'list[name=apu].v', kind: 'tag' }, 'did you mean list[name=api].v?'],
    [{ path: 'list[name=api].vv', kind: 'tag' }, 'did you mean list[name=api].v?'],
    [{ path: 'spec.containers[name=x].image', kind: 'reference' }, 'correct the rule'],
    [{ pattern: '^version=(?<tag>.+)$', kind: 'tag' }, 'correct the rule'],
  ])('that lead nowhere are told: %o', (rule, hint) => {
    expect(check(rule)).toMatchObject([{ severity: 'warning', subject: 'images.web.pins', hint }]);
  });

  it('that lead somewhere are fine', () => {
    expect(check({ path: 'app.image.tag', kind: 'tag' })).toEqual([]);
    expect(check({ pattern: 'tag: (?<tag>[0-9.]+)', kind: 'tag' })).toEqual([]);
  });

  it.each([
    ['qa/wbe.yaml', 'did you mean qa/web.yaml?'],
    ['other/**', 'correct the glob, or take the rule out'],
  ])('for %s match no file', (files, hint) => {
    const findings = checkRuleFiles(ruled({ files, path: 'tag', kind: 'tag' }), ['qa/web.yaml']);
    expect(findings).toMatchObject([{ severity: 'warning', hint }]);
  });
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

it('warns of workflows that a refresh would push', () => {
  const paths = ['.github/workflows/ci.yml', '.github/dependabot.yml', 'Dockerfile'];
  const found = (written: string) => checkWorkflows(refresh(written), paths).map(({ message }) => message);
  expect(found('{ include: [".github/**", Dockerfile] }')).toEqual([
    'include names .github/workflows/ci.yml, and GITHUB_TOKEN cannot push workflows',
  ]);
  expect(found('{ include: ["**"] }')).toEqual([]);
  expect(found('{}')).toEqual([]);
});

it('says which tag the pins of an environment carry whose tags all move', () => {
  const moving = [{ name: 'latest', moves: true }];
  expect(checkTags(environment({ tags: moving }))).toMatchObject([
    { severity: 'note', message: expect.stringContaining('qa-{digest12}') },
  ]);
  expect(checkTags(environment({ tags: [...moving, { name: '{tag}', moves: false }] }))).toEqual([]);
});

it('notes what only may matter, and warns of what stays as it is', () => {
  const [link, base] = [
    { path: 'a', what: 'a symbolic link', hint: 'x' },
    { path: 'https://b', what: 'on another host', hint: 'x', isNote: true },
  ] as const;
  expect(checkSpecial(environment(), [link, base]).map(({ severity }) => severity)).toEqual([
    'warning',
    'note',
  ]);
});

it('a glob that leaves out links or a submodule is not idle', () => {
  const own = environment({ files: ['qa/**'], exclude: ['qa/apps/**', 'qa/link.yaml', 'qa/none/**'] });
  const irregular = ['qa/link.yaml', 'qa/apps', ...inFolder('qa/apps')];
  const found = checkFiles(own, ['qa/api.yaml'], PINS, [], irregular);
  expect(found.map(({ message }) => message)).toEqual(['exclude: "qa/none/**" matches no file']);
});
