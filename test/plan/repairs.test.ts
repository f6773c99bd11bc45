import { describe, expect, it } from 'vitest';
import type { Environment } from '../../src/environments/environments.ts';
import type { Candidate, ImageOutcome } from '../../src/plan/candidates.ts';
import { repairs } from '../../src/plan/repairs.ts';
import { candidate, digestNamed, environment, environments } from '../fixtures/candidates.ts';

const TAGS = [
  { name: '2.0.0', moves: false },
  { name: '2', moves: true },
];
const pinned = candidate('api', {
  edits: [],
  targets: candidate('api').targets.map(target => ({ ...target, tags: TAGS })),
});

describe('a repair', () => {
  it('takes a promotion that changes no pin', () => {
    expect(repaired(pinned, undefined)).toMatchObject({
      kind: 'candidate',
      candidate: { targets: [{ tags: TAGS }] },
    });
  });

  it('takes none that changes a pin', () => {
    expect(repaired(candidate('api'), undefined)).toMatchObject({ kind: 'absent', image: 'api' });
  });

  it('leaves a moving tag where it has gone on, and still sets one that stays', () => {
    expect(repaired(pinned, digestNamed('newer'))).toMatchObject({
      candidate: { targets: [{ tags: [TAGS[0]] }] },
    });
  });

  it('says why there is nothing to take an image from', () => {
    const absent: ImageOutcome = { kind: 'absent', image: 'api', reason: 'no file pins it' };
    const [from, built] = [environment(), environment({ from: { kind: 'build' } })].map(subject =>
      repairs(placed(subject), [absent], new Map()).map(
        outcome => outcome.kind === 'absent' && outcome.reason,
      ),
    );
    expect([from, built]).toEqual([[expect.stringContaining('dev')], [expect.stringContaining('--image')]]);
  });
});

function placed(subject: Environment) {
  return { environment: subject, environments: environments(subject) };
}

function repaired(subject: Candidate, moved: Candidate['digest'] | undefined): ImageOutcome | undefined {
  const held = new Map([
    ['2.0.0', undefined],
    ['2', moved],
  ] as const);
  const states = subject.targets.map(({ repository }) => ({
    repository,
    present: false,
    signed: false,
    recorded: false,
    tags: held,
  }));
  return repairs(
    placed(environment()),
    [{ kind: 'candidate', candidate: subject }],
    new Map([['api', states]]),
  )[0];
}
