import { describe, expect, it } from 'vitest';
import { assemblePlan } from '../../src/plan/plan.ts';
import { formatPlanFile, parsePlanFile } from '../../src/plan/plan-file.ts';
import { candidate, digestNamed, environment, POLICY } from '../fixtures/candidates.ts';

const BASE = { repository: 'repo', branch: 'main', commit: 'c0ffee' };
const INPUT = { base: BASE, environment: environment(), group: 'all', ...POLICY };
const plan = assemblePlan({ ...INPUT, members: [candidate('web'), candidate('api')] });

describe('the plan digest', () => {
  it('names the decision, whatever the order and the base commit', () => {
    const other = assemblePlan({
      ...INPUT,
      base: { ...BASE, commit: 'f00d' },
      members: [candidate('api'), candidate('web', { notices: ['x'] })],
    });
    expect(other.digest).toBe(plan.digest);
  });

  it('is the same in every version of the program', () => {
    expect(plan.digest).toBe('sha256:ca473d7d0de63e7dc6de763bbab906a823747b540afa9c22339c4fe0ba1c8c1a');
  });

  it.each([
    ['another digest', { members: [candidate('api', { digest: digestNamed('z') }), candidate('web')] }],
    ['one member less', { members: [candidate('api')] }],
    ['another policy', { policy: digestNamed('stricter'), members: [candidate('api'), candidate('web')] }],
    [
      'another policy of an image',
      { imagePolicy: () => digestNamed('other'), members: [candidate('api'), candidate('web')] },
    ],
    ['another group', { group: 'shop', members: [candidate('api'), candidate('web')] }],
    ['another branch', { base: { ...BASE, branch: 'next' }, members: [candidate('api'), candidate('web')] }],
    ['another edit', { members: [candidate('api', { edits: [] }), candidate('web')] }],
  ])('differs for %s', (_, changes) => {
    expect(assemblePlan({ ...INPUT, ...changes }).digest).not.toBe(plan.digest);
  });
});

describe('the address of the deployment repository', () => {
  it.each([
    'https://github.com/acme/gitops',
    'https://github.com/acme/gitops.git',
    'https://github.com/Acme/GitOps/',
    'https://git@github.com:443/acme/gitops',
    'git@github.com:acme/gitops.git',
    'github.com:acme/gitops',
    'ssh://git@github.com/acme/gitops',
    'ssh://git@github.com:22/acme/gitops.git',
  ])('names the same plan as %s', repository => {
    const spelled = assemblePlan({ ...INPUT, base: { ...BASE, repository }, members: [candidate('api')] });
    const common = { ...BASE, repository: 'https://github.com/acme/gitops' };
    const known = assemblePlan({ ...INPUT, base: common, members: [candidate('api')] });
    expect(spelled).toEqual(known);
  });

  it.each([
    ['https://git.example:8443/a/b', 'https://git.example:8443/a/b'],
    ['http://git.example/a/b', 'http://git.example/a/b'],
    ['/srv/Deploy.git', '/srv/Deploy.git'],
    ['C:\\gitops', 'C:\\gitops'],
    ['file:///srv/gitops.git', 'file:///srv/gitops.git'],
  ])('%s is %s', (repository, named) => {
    const made = assemblePlan({ ...INPUT, base: { ...BASE, repository }, members: [] });
    expect(made.repository).toBe(named);
  });
});

describe('plan files', () => {
  const file = {
    environment: 'qa',
    images: new Map([
      ['api', 'r/api:1'],
      ['web', undefined],
    ]),
    plans: [plan],
    attempt: 1,
    weights: new Map(),
  };

  it('are read as they were written', () => {
    expect(parsePlanFile(formatPlanFile(file), 'plan.json')).toEqual(file);
    const again = { ...file, attempt: 2 };
    expect(parsePlanFile(formatPlanFile(again), 'plan.json')).toEqual(again);
    const weighedAt = new Date('2026-11-30T08:00:00.000Z');
    const weighed = { ...file, weights: new Map([['all/api', 7]]), weighedAt };
    expect(parsePlanFile(formatPlanFile(weighed), 'plan.json')).toEqual(weighed);
  });

  it.each([
    ['nothing', ''],
    ['another file', '{"version":1}'],
    ['a plan that was edited', formatPlanFile(file).replace('"branch": "main"', '"branch": "evil"')],
    ['unknown keys', formatPlanFile(file).replace('"version": 1', '"version": 1, "force": true')],
  ])('refuse %s', (_, text) => {
    expect(() => parsePlanFile(text, 'plan.json')).toThrowError(expect.objectContaining({ code: 'INVALID' }));
  });
});
