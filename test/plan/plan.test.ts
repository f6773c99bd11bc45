import { describe, expect, it } from 'vitest';
import { assemblePlan } from '../../src/plan/plan.ts';
import { formatPlanFile, parsePlanFile } from '../../src/plan/plan-file.ts';
import { candidate, digestNamed, environment } from '../fixtures/candidates.ts';

const BASE = { repository: 'repo', branch: 'main', commit: 'c0ffee' };
const INPUT = { base: BASE, environment: environment(), group: 'all', policy: digestNamed('policy') };
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
    expect(plan.digest).toBe('sha256:954c999d87064fa4ca2a94e6190f09618e89cb1e481392bc0ddf94c4ea597c63');
  });

  it.each([
    ['another digest', { members: [candidate('api', { digest: digestNamed('z') }), candidate('web')] }],
    ['one member less', { members: [candidate('api')] }],
    ['another policy', { policy: digestNamed('stricter'), members: [candidate('api'), candidate('web')] }],
    ['another group', { group: 'shop', members: [candidate('api'), candidate('web')] }],
    ['another branch', { base: { ...BASE, branch: 'next' }, members: [candidate('api'), candidate('web')] }],
    ['another edit', { members: [candidate('api', { edits: [] }), candidate('web')] }],
  ])('differs for %s', (_, changes) => {
    expect(assemblePlan({ ...INPUT, ...changes }).digest).not.toBe(plan.digest);
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
  };

  it('are read as they were written', () => {
    expect(parsePlanFile(formatPlanFile(file), 'plan.json')).toEqual(file);
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
