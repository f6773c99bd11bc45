import { describe, expect, it } from 'vitest';
import { environmentNamed } from '../../src/environments/locate.ts';
import { parseEnvironments } from '../../src/environments/parse.ts';
import type { Repository } from '../../src/git/repository.ts';
import type { PinTarget } from '../../src/pins/pin.ts';
import { differsInPins } from '../../src/plan/change.ts';
import { imageMentions, imagePins, pinReader } from '../../src/plan/image-pins.ts';
import { findPinnedBefore } from '../../src/run/pinned-before.ts';
import { readPins } from '../../src/run/read-pins.ts';
import { candidate, digestNamed } from '../fixtures/candidates.ts';

const FILE = 'apps/set.yaml';

/** The environments staging and production, which share a file. */
function sharing(
  at: (name: string) => string,
  more = '{}',
  production = `{ path: ${FILE}, at: ${JSON.stringify(at('production'))} }`,
) {
  const files = `{ path: ${FILE}, at: ${JSON.stringify(at('staging'))} }`;
  const text = `version: 1
images: { api: ${more} }
environments:
  staging: { from: build, registry: registry.example/staging, files: [${files}] }
  production: { from: staging, registry: registry.example/production, files: [${production}] }
`;
  return parseEnvironments(text, 'environments.yaml');
}

type Shared = ReturnType<typeof sharing>;

const BY_ELEMENT = sharing(name => `elements[env=${name}]`);
const ELEMENTS = `elements:
  - env: staging # first
    image: registry.example/staging/api:1.0.0
  - image: "registry.example/production/api:1.0.0"
    env: production
`;

function read(all: Shared, name: string, text: string) {
  const environment = environmentNamed(all, name);
  const texts = new Map([[FILE, text]]);
  const pins = imagePins(all, environment, texts);
  const mentions = imageMentions(all, environment, texts);
  return { environment, pins, mentions };
}

const locators = (all: Shared, name: string, text: string) =>
  read(all, name, text).pins.map(({ pin }) => pin.locator);

describe('a file that several environments share', () => {
  it.each<[string, Shared, string, string]>([
    ['an element of a list', BY_ELEMENT, ELEMENTS, 'elements[env=production].image'],
    [
      'a key an environment',
      sharing(name => `environments.${name}`),
      'environments:\n  staging: { image: { repository: registry.example/staging/api, tag: "1" } }\n  production: { image: { repository: registry.example/production/api, tag: "1" } }\n',
      'environments.production.image',
    ],
    [
      'a place where a rule points',
      sharing(
        name => `elements[env=${name}]`,
        `{ pins: [{ files: ${FILE}, path: "elements[*].tag", kind: tag }] }`,
      ),
      'elements: [{ env: staging, tag: 1.0.0 }, { env: production, tag: 1.0.0 }]\n',
      'elements[env=production].tag',
    ],
    [
      'a mapping in a string',
      sharing(name => `data.all.${name}`),
      'data:\n  all: |\n    staging:\n      image: registry.example/staging/api:1\n    production:\n      image: registry.example/production/api:1\n',
      'data.all.production.image',
    ],
    [
      'one document of several',
      sharing(name => `of-${name}`),
      'of-staging: { image: "registry.example/staging/api:1" }\n---\nof-production: { image: "registry.example/production/api:1" }\n',
      'of-production.image',
    ],
  ])('gives each its part: %s', (_, all, text, locator) => {
    expect(locators(all, 'production', text)).toEqual([locator]);
    expect(locators(all, 'staging', text)).toEqual([locator.replaceAll('production', 'staging')]);
    expect(read(all, 'production', text).mentions).toEqual([]);
  });

  it('is edited in that part alone, byte by byte', () => {
    const [known] = read(BY_ELEMENT, 'production', ELEMENTS).pins;
    const target = { repository: known?.pin.repository, tag: '2.0.0' } as PinTarget;
    const change = { locator: 'elements[env=production].image', target };
    const edited = pinReader(BY_ELEMENT).edit(FILE, ELEMENTS, [change]);
    expect(edited).toBe(ELEMENTS.replace('production/api:1.0.0', 'production/api:2.0.0'));
  });

  it('names a pin as before when another part grows above it', () => {
    const grown = ELEMENTS.replace('elements:\n', 'elements:\n  - { env: qa, image: "other.example/x:1" }\n');
    expect(locators(BY_ELEMENT, 'production', grown)).toEqual(['elements[env=production].image']);
  });

  it('is read in lists as long as they come', () => {
    const rules = read(BY_ELEMENT, 'production', `${ELEMENTS}  - env: x\n`);
    expect(rules.pins).toMatchObject([{ pin: { at: 'elements[env=production]', line: 4 } }]);
  });
});

describe('a place that cannot be told', () => {
  it.each([
    [
      'nothing',
      'elements: [{ env: staging }, { env: prodution }]\n',
      '1:11: elements[env=production] leads nowhere',
      '[env=prodution]',
    ],
    ['no list', 'element: []\n', '1:1: elements[env=production] leads nowhere', 'element?'],
    [
      'two',
      `${ELEMENTS}  - env: production\n`,
      '6:5: elements[env=production] leads here, and to line 4 too',
      '',
    ],
  ])('is an error with its line: %s', (_, text, message, hint) => {
    expect(() => read(BY_ELEMENT, 'production', text)).toThrow(
      expect.objectContaining({
        code: 'INVALID',
        message: expect.stringContaining(`${FILE}:${message}`),
        hint: expect.stringContaining(hint),
      }),
    );
  });

  it('is an error where one lies within another', () => {
    const all = sharing(name => (name === 'staging' ? 'all' : 'all.production'));
    const text = 'all:\n  production: { image: "registry.example/production/api:1" }\n';
    expect(() => read(all, 'staging', text)).toThrow(`${FILE}:2:15: all.production lies within all`);
  });

  it('of another environment hinders nobody where it leads nowhere', () => {
    const text = ELEMENTS.replace('staging #', 'stage #');
    expect(locators(BY_ELEMENT, 'production', text)).toEqual(['elements[env=production].image']);
  });
});

describe('what lies in no environment’s place alone', () => {
  it('is told to each that shares the file, whether it could be a pin or not', () => {
    const text = `${ELEMENTS}  - env: preview\n    image: registry.example/staging/api:0.9\nargs: [--image=registry.example/production/api:1]\n`;
    for (const name of ['staging', 'production']) {
      expect(read(BY_ELEMENT, name, text).mentions).toMatchObject([
        { line: 7, kind: 'told', image: 'api', cure: expect.stringContaining('with `at`') },
        { line: 8, kind: 'told', image: 'api' },
      ]);
    }
  });

  it('is what an alias gives to both', () => {
    const text =
      'base: &base { repository: registry.example/staging/api, tag: "1" }\nelements:\n  - { env: staging, image: *base }\n  - { env: production, image: *base }\n';
    const { pins, mentions } = read(BY_ELEMENT, 'production', text);
    expect([pins, mentions]).toMatchObject([[], [{ line: 1, kind: 'told' }]]);
  });

  it('is no tag of its own beside a repository that an anchor shares', () => {
    const text =
      'base: &base { repository: registry.example/production/api }\nelements:\n  - { env: staging, image: { <<: *base, tag: "1" } }\n  - { env: production, image: { <<: *base, tag: "2" } }\n';
    const { pins, mentions } = read(BY_ELEMENT, 'production', text);
    expect(pins).toMatchObject([{ pin: { tag: '2' } }]);
    expect(mentions).toEqual([]);
    const locator = pins[0]?.pin.locator ?? '';
    const target = { repository: 'registry.example/other/api', tag: '3' } as PinTarget;
    expect(() => pinReader(BY_ELEMENT).edit(FILE, text, [{ locator, target }])).toThrow(/^apps\/set.yaml:/);
  });

  it('is never edited for one of them: a registry for all images', () => {
    const text =
      'global: { imageRegistry: registry.example }\nelements:\n  - { env: staging }\n  - { env: production, image: { repository: production/api, tag: "1" } }\n';
    const all = sharing(name => (name === 'staging' ? 'elements[env=staging]' : 'elements[env=production]'));
    const [known] = read(all, 'production', text).pins;
    const locator = known?.pin.locator ?? '';
    const target = { repository: 'other.example/production/api', tag: '2' } as PinTarget;
    expect(() => pinReader(all).edit(FILE, text, [{ locator, target }])).toThrow(
      'what would change is not within elements[env=production] alone',
    );
  });

  it('is not the mention in another environment’s place', () => {
    const text = ELEMENTS.replace('# first', '\n    args: [--image=registry.example/staging/api:1]');
    expect(read(BY_ELEMENT, 'staging', text).mentions).toMatchObject([
      { line: 3, at: 'elements[env=staging]' },
    ]);
    expect(read(BY_ELEMENT, 'production', text).mentions).toEqual([]);
  });
});

it('is no change of production’s pins alone where staging’s pin changes too', () => {
  const digest = digestNamed('new');
  const production = ELEMENTS.replace('production/api:1.0.0', `production/api:2.0.0@${digest}`);
  const both = production.replace('staging/api:1.0.0', `staging/api:2.0.0@${digest}`);
  const environment = environmentNamed(BY_ELEMENT, 'production');
  const differs = (after: string) =>
    differsInPins(BY_ELEMENT, environment, FILE, { before: ELEMENTS, after });
  expect([differs(production), differs(both)]).toEqual([true, false]);
});

describe('a file that one environment claims whole', () => {
  const repository = { name: 'gitops', head: async () => ({ branch: 'main', commit: 'c' }) };
  const observe = (all: Shared) =>
    readPins({
      effects: {
        repository: async () =>
          ({
            ...repository,
            list: async () => [{ path: FILE, blob: 'b' }],
            tree: async () => new Map(),
            read: async () => new Map([['b', ELEMENTS]]),
          }) as never,
      },
      environments: all,
      environment: environmentNamed(all, 'staging'),
    });

  it('is shared with nobody, and the error names the cure', async () => {
    const whole = sharing(name => `elements[env=${name}]`, '{}', '"apps/**"');
    await expect(observe(whole)).rejects.toMatchObject({
      code: 'CONFIGURATION',
      hint: expect.stringContaining('at: "elements[env=staging]"'),
    });
    expect((await observe(BY_ELEMENT)).pins).toHaveLength(1);
  });
});

it('counts a digest as pinned before only where the environment’s own place had it', async () => {
  const digest = digestNamed('new');
  const versions: Record<string, string> = {
    staging: ELEMENTS.replace('staging/api:1.0.0', `staging/api@${digest}`),
    production: ELEMENTS.replace('production/api:1.0.0', `production/api@${digest}`),
    broken: `elements: [registry.example/production/api@${digest}`,
  };
  const before = async (blob: string) => {
    const repository = {
      read: async () => new Map([[blob, versions[blob] ?? '']]),
      async *history() {
        yield { changes: [{ path: FILE, before: blob }] };
      },
    } as unknown as Repository;
    const files = { repository, environments: BY_ELEMENT, head: { commit: 'c' } } as never;
    const environment = environmentNamed(BY_ELEMENT, 'production');
    const found = await findPinnedBefore({} as never, files, environment, [candidate('api', { digest })]);
    return found.size;
  };
  expect([await before('staging'), await before('production'), await before('broken')]).toEqual([0, 1, 1]);
});
