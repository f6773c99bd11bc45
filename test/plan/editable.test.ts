import { expect, it } from 'vitest';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { candidates } from '../../src/plan/candidates.ts';
import { checkEdits } from '../../src/plan/check.ts';
import { closeUneditable } from '../../src/plan/editable.ts';
import { imagePins } from '../../src/plan/image-pins.ts';
import { digestNamed, environment, environments } from '../fixtures/candidates.ts';

const FOLDED = 'image: >-\n  registry.example/qa/api:1\n';
const BARE = 'tag: "1"\napi: { image: registry.example/qa/api }\n';
const WEB = 'image: { repository: registry.example/qa/web, tag: "1" }\n';

function decided(
  texts: ReadonlyMap<string, string>,
  qa = environment(),
  whyUnwritable?: (path: string) => string | undefined,
  all = environments(qa),
) {
  const sources = ['api', 'web'].map(image => ({
    image,
    repository: parseRepositoryName(`registry.example/dev/${image}`),
    tag: '2',
    digest: digestNamed(image),
    origin: 'dev',
  }));
  const base = { repository: 'x', branch: 'main', commit: 'c' };
  const snapshot = { base, target: imagePins(all, qa, texts), sources, only: [], versions: new Map() };
  const outcomes = closeUneditable(all, qa, texts, candidates(all, qa, snapshot), whyUnwritable);
  return outcomes.map(outcome =>
    outcome.kind === 'candidate'
      ? outcome.candidate.image
      : [outcome.kind, 'gate' in outcome && outcome.gate, outcome.reason],
  );
}

it.each([
  ['a value that spans lines', FOLDED, 'qa/api.yaml:1:8: a pin that spans lines'],
  ['a bare repository whose tag stands elsewhere', BARE, 'qa/api.yaml:2:15: a bare repository, and tag'],
])('closes an image before anything is written: %s', (_, text, reason) => {
  const texts = new Map([
    ['qa/api.yaml', text],
    ['qa/web.yaml', WEB],
  ]);
  expect(decided(texts)).toEqual([['closed', 'pins', expect.stringContaining(reason)], 'web']);
});

it('names every pin that cannot be edited, whatever refuses it, in the order of the files', () => {
  const label =
    'metadata: { labels: { version: 1.0.0 } }\nspec: { containers: [{ image: registry.example/qa/api:1 }] }\n';
  const texts = new Map([
    ['qa/1.yaml', BARE],
    ['qa/2.yaml', label],
    ['qa/3.yaml', FOLDED],
    ['qa/4.yaml', FOLDED.replace('image', 'spec: { a: b }\nimage')],
  ]);
  const qa = environment();
  const all = environments(qa);
  const api = all.images.find(({ name }) => name === 'api') as (typeof all.images)[number];
  const rule = { files: 'qa/2.yaml', path: 'metadata.labels.version', kind: 'tag' } as const;
  const ruled = {
    ...all,
    images: [{ ...api, pins: [rule] }, ...all.images.filter(({ name }) => name !== 'api')],
  };
  const [outcome = []] = decided(texts, qa, undefined, ruled);
  expect(outcome.at(-1)).toMatch(
    /^qa\/1\.yaml:2:15: .*; qa\/2\.yaml:1 .*; qa\/3\.yaml:1:8: .*; qa\/4\.yaml:2:8: /,
  );
});

it('closes images that only together cannot be edited, where they are promoted together', () => {
  const shared =
    'v: &v "1"\napi: { repository: registry.example/qa/api, tag: *v, digest: "" }\nweb: { repository: registry.example/qa/web, tag: *v, digest: "" }\n';
  const texts = new Map([['qa/values.yaml', shared]]);
  expect(decided(texts).map(outcome => outcome[1])).toEqual(['pins', 'pins']);
  expect(decided(texts, environment({ grouping: { kind: 'environment' } }))).toEqual(['api', 'web']);
});

it('check says the same', () => {
  const texts = new Map([['qa/api.yaml', FOLDED]]);
  const all = environments();
  const findings = checkEdits(all, environment(), texts, imagePins(all, environment(), texts));
  expect(findings).toMatchObject([
    { severity: 'error', message: expect.stringContaining('qa/api.yaml:1:8') },
  ]);
  expect(
    checkEdits(
      all,
      environment(),
      new Map([['qa/web.yaml', WEB]]),
      imagePins(all, environment(), new Map([['qa/web.yaml', WEB]])),
    ),
  ).toEqual([]);
});

it('closes an image in a file that no commit may hold, and check says so', () => {
  const refused = (path: string) => (path === 'qa/a\tb.yaml' ? 'it holds a control character' : undefined);
  const texts = new Map([
    ['qa/a\tb.yaml', WEB.replace('web', 'api')],
    ['qa/web.yaml', WEB],
  ]);
  const reason = '"qa/a\\tb.yaml" is never written: it holds a control character';
  expect(decided(texts, environment(), refused)).toEqual([['closed', 'pins', reason], 'web']);
  const all = environments();
  expect(checkEdits(all, environment(), texts, imagePins(all, environment(), texts), refused)).toMatchObject([
    { severity: 'error', message: reason },
  ]);
});

it('warns of a chart whose version nobody can hold against a record', () => {
  const text =
    'kind: OCIRepository\napiVersion: source.toolkit.fluxcd.io/v1\nspec:\n  url: oci://registry.example/qa/api\n  ref: { tag: 1.0.0 }\n';
  const texts = new Map([['qa/api.yaml', text]]);
  const all = environments(environment());
  const found = (signing: 'signed' | 'unsigned', moves = false) => {
    const tags = [{ name: '{tag}', moves }];
    const qa = environment({ tags, ...(signing === 'signed' ? { signing: {} as never } : {}) });
    return checkEdits(all, qa, texts, imagePins(all, qa, texts));
  };
  expect(found('unsigned')).toMatchObject([
    { severity: 'warning', message: expect.stringContaining('qa/api.yaml:5: '), hint: 'set signing for qa' },
  ]);
  expect(found('signed', true)).toMatchObject([
    { severity: 'warning', hint: 'put a tag such as "{version}" first in environments.qa.tags' },
  ]);
  expect(found('signed')).toEqual([]);
});
