import { describe, expect, it } from 'vitest';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { candidates } from '../../src/plan/candidates.ts';
import { editTexts } from '../../src/plan/edit-texts.ts';
import { imagePins } from '../../src/plan/image-pins.ts';
import { digestNamed, environment, environments } from '../fixtures/candidates.ts';

const [OLD, NEW, THIRD] = ['1', '2', '3'].map(digestNamed);
const ENVIRONMENTS = environments();
const FILE = 'qa/api.yaml';
const BESIDE = 'qa/eu.yaml';
const values = (version: string, digest = OLD) =>
  `# keep\nimage:\n  repository: registry.example/qa/api # here\n  tag: "${version}@${digest}"\n`;

const PLANNED = new Map([
  [FILE, values('1.0.0')],
  [BESIDE, values('1.0.0')],
]);
const MEMBERS = candidates(ENVIRONMENTS, environment(), {
  base: { repository: 'r', branch: 'main', commit: 'c' },
  target: imagePins(ENVIRONMENTS, environment(), PLANNED),
  sources: [
    {
      image: 'api',
      repository: parseRepositoryName('registry.example/dev/api'),
      tag: '2.0.0',
      ...(NEW && { digest: NEW }),
      origin: 'dev',
    },
  ],
  only: [],
  versions: new Map(),
}).flatMap(outcome => (outcome.kind === 'candidate' ? outcome.candidate : []));
const DONE = values('2.0.0', NEW);

function edited(text: string | undefined, accept?: 'planned' | 'any') {
  const texts = new Map(PLANNED);
  if (text === undefined) texts.delete(FILE);
  else texts.set(FILE, text);
  return editTexts(ENVIRONMENTS, texts, MEMBERS, accept);
}

describe('the edits of a plan', () => {
  it('change what holds what the plan started from', () => {
    expect(edited(values('1.0.0'))).toEqual({
      kind: 'edited',
      files: new Map([
        [FILE, DONE],
        [BESIDE, DONE],
      ]),
    });
  });

  it('leave alone what holds what it shall', () => {
    expect(edited(DONE)).toEqual({ kind: 'edited', files: new Map([[BESIDE, DONE]]) });
  });

  it.each([
    ['another digest', values('1.0.0', THIRD)],
    ['another tag', values('1.0.1')],
    ['another repository', values('1.0.0').replace('/qa/api', '/dev/api')],
    ['no digest any more', values('1.0.0').replace(`@${OLD}`, '')],
  ])('are refused on a third value: %s', (_, text) => {
    expect(edited(text)).toMatchObject({ kind: 'changed', reason: expect.stringContaining(FILE) });
  });

  it.each([
    ['the pin', 'replicas: 1\n'],
    ['the file', undefined],
  ])('are refused where %s is gone, even if anything may be replaced', (_, text) => {
    for (const accept of ['planned', 'any'] as const) {
      expect(edited(text, accept)).toMatchObject({ kind: 'changed', reason: expect.stringMatching(/gone/) });
    }
  });

  it('replace a third value in an open proposal', () => {
    expect(edited(values('1.5.0', THIRD), 'any')).toMatchObject({
      files: new Map([
        [FILE, DONE],
        [BESIDE, DONE],
      ]),
    });
  });
});
