import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RepositoryName } from '../../src/oci/reference.ts';
import { editPins } from '../../src/pins/edit.ts';
import { findPins } from '../../src/pins/find.ts';
import { readBases } from '../../src/pins/together/kustomize-files.ts';
import { impliedPins } from '../../src/pins/together/together.ts';
import { describeWith, runProgram } from '../servers/tools.ts';
import { knownFor, NEW } from './marked.ts';

const BASE_API = 'registry.example/dev/api';
const OURS = 'registry.example/prod/api' as RepositoryName;
const KNOWN = knownFor([BASE_API, OURS]);
const FILE = 'overlays/prod/kustomization.yaml';

const POD = (...images: readonly string[]) =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: api }\nspec:\n  containers:\n${images
    .map((image, index) => `    - { name: c${index}, image: "${image}" }\n`)
    .join('')}`;
const BASES = {
  'base/kustomization.yaml': 'resources: [pod.yaml]\n',
  'base/pod.yaml': POD(`${BASE_API}:1.0.0`),
};
type Files = Readonly<Record<string, string>>;

function implied(own: Files, addImages = true, bases: Files = BASES) {
  return impliedPins({
    texts: new Map(Object.entries(own)),
    beside: new Map(Object.entries(bases)),
    known: KNOWN,
    isTarget: () => true,
    addImages,
  });
}

/** The overlay once every entry that it lacks has been added. */
function withAdded(text: string, bases: Files = BASES): string {
  const around = { known: KNOWN, entries: implied({ [FILE]: text }, true, bases).entries.get(FILE) };
  const target = { repository: OURS, tag: '2.0.0', digest: NEW };
  const added = findPins(FILE, text, [], around).filter(({ locator }) => locator.includes('[name='));
  const changes = added.map(({ locator }) => ({ locator, target }));
  const edited = editPins(FILE, text, changes, [], around);
  expect(editPins(FILE, edited, changes, [], around)).toBe(edited);
  return edited;
}

const NAMED = `name: ${BASE_API}`;
const FIELDS = [`newName: ${OURS}`, 'newTag: 2.0.0', `digest: ${NEW}`];
const OVERLAY = 'resources:\n- ../../base\n';
const inBlock = (dash: string) => `${dash}${[NAMED, ...FIELDS].join(`\n${' '.repeat(dash.length)}`)}`;

describeWith(['kustomize'], 'an entry for an image of a shared base', () => {
  it.each<[string, string, string]>([
    ['at the end', OVERLAY, `${OVERLAY}images:\n${inBlock('- ')}\n`],
    ['without a last line feed', OVERLAY.trimEnd(), `${OVERLAY}images:\n${inBlock('- ')}`],
    [
      'as the other lists are indented, above blank lines',
      '# ours\nresources:\n    - ../../base # shared\n\n\n',
      `# ours\nresources:\n    - ../../base # shared\nimages:\n${inBlock('    - ')}\n\n\n`,
    ],
    [
      'with CRLF',
      OVERLAY.replaceAll('\n', '\r\n'),
      `${OVERLAY}images:\n${inBlock('- ')}\n`.replaceAll('\n', '\r\n'),
    ],
    [
      'behind the last entry',
      'images:\n  - name: other.example/x # kept\n    newTag: "1" # here\n# end\nresources: [../../base]\n',
      `images:\n  - name: other.example/x # kept\n    newTag: "1" # here\n${inBlock('  - ')}\n# end\nresources: [../../base]\n`,
    ],
    [
      'on one line, as the other entries are',
      `images:\n- { name: other.example/x, newTag: "1" }\n${OVERLAY}`,
      `images:\n- { name: other.example/x, newTag: "1" }\n- { ${[NAMED, ...FIELDS].join(', ')} }\n${OVERLAY}`,
    ],
    ['below an empty key', `images: # none\n${OVERLAY}`, `images: # none\n${inBlock('- ')}\n${OVERLAY}`],
  ])('is added %s, and kustomize uses it', async (_, text, expected) => {
    const edited = withAdded(text);
    expect(edited).toBe(expected);
    const directory = await mkdtemp(join(tmpdir(), 'promote-bases-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    for (const [path, content] of Object.entries({ ...BASES, [FILE]: edited })) {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), content);
    }
    const { stdout } = await runProgram('kustomize', ['build', join(directory, dirname(FILE))]);
    expect(/image: (.*)/.exec(stdout)?.[1]).toBe(`${OURS}:2.0.0@${NEW}`);
  });
});

describe('the images of a base', () => {
  it.each<[string, string]>([
    ['a list on one line', `images: [{ name: x, newTag: "1" }]\n${OVERLAY}`],
    ['braces', '{ resources: [../../base] }\n'],
  ])('are refused where no entry can be added without another style: %s', (_, text) => {
    expect(() => withAdded(text)).toThrow(
      expect.objectContaining({ code: 'INVALID', hint: expect.stringContaining(`name: ${BASE_API}`) }),
    );
  });

  it('are two entries of one list', () => {
    const other = 'registry.example/dev/web';
    const known = knownFor([BASE_API, OURS, other]);
    const pinned = {
      ...BASES,
      'base/pod.yaml': POD(`${BASE_API}:1.0.0`, `${other}:1.0.0`),
    };
    const texts = new Map([[FILE, OVERLAY]]);
    const found = impliedPins({
      texts,
      beside: new Map(Object.entries(pinned)),
      known,
      isTarget: () => true,
      addImages: true,
    });
    const around = { known, entries: found.entries.get(FILE) };
    const pins = findPins(FILE, OVERLAY, [], around);
    expect(pins.map(({ tag, locator }) => [locator, tag])).toEqual([
      [`0:images[name=${BASE_API}]`, '1.0.0'],
      [`0:images[name=${other}]`, '1.0.0'],
    ]);
    const changes = pins.map(({ locator, repository = OURS }) => ({
      locator,
      target: { repository, tag: '2' },
    }));
    const both = `${OVERLAY}images:\n- name: ${BASE_API}\n  newTag: "2"\n- name: ${other}\n  newTag: "2"\n`;
    expect(editPins(FILE, OVERLAY, changes, [], around)).toBe(both);
    const [, second] = changes;
    const one = editPins(FILE, OVERLAY, second ? [second] : [], [], around);
    expect(one).toBe(`${OVERLAY}images:\n- name: ${other}\n  newTag: "2"\n`);
  });

  it('are told where nobody asks for entries, with what to paste', () => {
    const { reported } = implied({ [FILE]: OVERLAY }, false);
    expect(reported).toMatchObject([
      { file: FILE, line: 2, kind: 'told', text: `${BASE_API}:1.0.0 of base/pod.yaml:6` },
    ]);
    expect(reported[0]?.cure).toContain(`images: [{ name: ${BASE_API}, newTag: 1.0.0 }]`);
  });

  it.each<[string, Files, Files]>([
    ['has an entry', { [FILE]: `${OVERLAY}images:\n- name: ${BASE_API}\n  newTag: "1"\n` }, BASES],
    ['owns the base', { [FILE]: OVERLAY, ...BASES }, { 'x.yaml': 'a: 1\n' }],
    [
      'builds on one of its own that answers for it',
      {
        [FILE]: 'resources: [../all]\n',
        'overlays/all/kustomization.yaml': `${OVERLAY}images:\n- name: ${BASE_API}\n  newTag: "1"\n`,
      },
      BASES,
    ],
    ['is a component', { [FILE]: `kind: Component\n${OVERLAY}` }, BASES],
    ['builds on what is elsewhere', { [FILE]: 'resources:\n- https://example.com/base?ref=v1\n' }, BASES],
  ])('are nothing to add or tell where the environment %s', (_, own, bases) => {
    const { reported, entries } = implied(own, false, bases);
    expect([reported, implied(own, true, bases).reported]).toEqual([[], []]);
    const added = implied(own, true, bases).entries.get(FILE);
    const text = own[FILE] ?? '';
    const pins = findPins(FILE, text, [], { known: KNOWN, entries: added });
    expect(pins.filter(({ locator }) => !text.includes('images:') && locator.includes('name='))).toEqual([]);
    expect(entries.size).toBe(0);
  });

  it.each<[string, Files]>([
    ['that names it', { 'base/pod.yaml': `args: [${BASE_API}:1.0.0\n` }],
    ['that is a kustomization', { 'base/kustomization.yaml': 'resources: [pod.yaml\n' }],
  ])('are told of a file that cannot be read and %s', (_, broken) => {
    const { reported } = implied({ [FILE]: OVERLAY }, false, { ...BASES, ...broken });
    const text = `${Object.keys(broken)} (it cannot be read, so this is a guess)`;
    expect(reported).toMatchObject([{ file: FILE, line: 2, kind: 'told', image: 'api', text }]);
  });

  it('are nothing to tell of a file that cannot be read and names none', () => {
    const broken = { ...BASES, 'base/pod.yaml': 'args: [other.example/x:1\n' };
    expect(implied({ [FILE]: OVERLAY }, false, broken).reported).toEqual([]);
  });

  it('are a note where the base names no tag', () => {
    const untagged = { ...BASES, 'base/pod.yaml': POD(BASE_API) };
    expect(implied({ [FILE]: OVERLAY }, false, untagged).reported).toMatchObject([{ kind: 'note' }]);
  });

  it('are settled by a comment with a reason where the kustomization names the base', () => {
    const own = { [FILE]: OVERLAY.replace('base', 'base # promote: ignore built elsewhere') };
    expect(implied(own, false).reported).toMatchObject([{ kind: 'settled', reason: 'built elsewhere' }]);
  });

  it('are named as the base renames them', () => {
    const renamed = {
      ...BASES,
      'base/kustomization.yaml': `resources: [pod.yaml]\nimages: [{ name: ${BASE_API}, newName: ${OURS}, newTag: "3" }]\n`,
    };
    expect(implied({ [FILE]: OVERLAY }, true, renamed).entries.get(FILE)).toMatchObject([
      { name: OURS, tag: '3' },
    ]);
  });
});

it('reads what kustomizations build on, whatever that builds on in turn, and nothing else', async () => {
  const files = new Map([
    ['base/kustomization.yml', 'resources: [pod.yaml, ../deeper]\n'],
    ['base/pod.yaml', POD(BASE_API)],
    ['base/unnamed.yaml', POD(BASE_API)],
    ['deeper/Kustomization', 'resources: []\n'],
    ['overlays/prod/a.yaml', POD(OURS)],
  ]);
  const own = new Map([[FILE, 'resources: [../../base, a.yaml, "https://x/y", ../../../out]\n']]);
  const read = await readBases(own, async isWanted => new Map([...files].filter(([path]) => isWanted(path))));
  expect([...read.keys()].toSorted()).toEqual([
    'base/kustomization.yml',
    'base/pod.yaml',
    'deeper/Kustomization',
    'overlays/prod/a.yaml',
  ]);
});
