import { describe, expect, it } from 'vitest';
import { chooseSources } from '../../src/apply/any-source.ts';
import { PromoteError } from '../../src/errors.ts';
import type { SoakFact } from '../../src/gates/facts.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import type { ImageOutcome } from '../../src/plan/candidates.ts';
import { candidate, digestNamed, environment, environments } from '../fixtures/candidates.ts';
import { NOTHING } from '../gates/no-facts.ts';

const ANY = environment({
  from: { kind: 'environments', need: 'any', names: ['eu', 'us'] },
  gates: { soak: { duration: '24h' } },
});
const FILE = {
  ...environments(ANY),
  environments: [environment({ name: 'eu' }), environment({ name: 'us' }), ANY],
};

/** What one source has of the image: a tag, and whether it has soaked. */
interface Seen {
  readonly tag?: string;
  readonly digest?: string;
  readonly soak?: 'open' | 'waiting' | 'closed' | 'failed';
}

async function choose(seen: Readonly<Record<'eu' | 'us', Seen>>) {
  const base = { repository: 'gitops', branch: 'main', commit: 'a'.repeat(40) };
  const snapshot = { base, target: [], sources: [], only: [], versions: new Map() };
  const { outcomes, facts } = await chooseSources({ environments: FILE }, ANY, snapshot, async alone => {
    const name = alone.from.kind === 'environment' ? alone.from.name : '';
    const { tag, digest = tag, soak } = seen[name === 'eu' ? 'eu' : 'us'];
    if (tag === undefined || digest === undefined) {
      return {
        outcomes: [{ kind: 'absent', image: 'api', reason: `no file of ${name} pins it` }],
        facts: NOTHING,
      };
    }
    const repository = parseRepositoryName(`registry.example/${name}/api`);
    const source = { image: 'api', environment: name, repository, tag, origin: name };
    const found = candidate('api', { digest: digestNamed(digest), source });
    const failures = new Map(
      soak === 'failed' ? [['api', new PromoteError('REGISTRY', 'cannot be read')]] : [],
    );
    const soaks = new Map([['api', SOAKS[soak ?? 'open'] ?? { kind: 'absent' as const }]]);
    return { outcomes: [{ kind: 'candidate', candidate: found }], facts: { ...NOTHING, failures, soaks } };
  });
  return { outcome: outcomes[0] as ImageOutcome, facts };
}

const SOAKS: Record<string, SoakFact> = {
  open: { kind: 'pinned', since: new Date('2026-01-01T00:00:00Z') },
  waiting: { kind: 'pinned', since: new Date('2026-11-21T08:00:00Z') },
  closed: { kind: 'absent' },
  failed: { kind: 'absent' },
};

const taken = (name: string) => ({ kind: 'candidate', candidate: { source: { environment: name } } });

describe('of any sources', () => {
  it.each<[string, Seen, Seen, 'eu' | 'us']>([
    ['the only one that is open', { tag: '2.0.0', soak: 'waiting' }, { tag: '1.0.0' }, 'us'],
    ['the highest that is open', { tag: '1.9.0' }, { tag: '1.10.0' }, 'us'],
    [
      'the highest that waits, where none is open',
      { tag: '2.0.0', soak: 'waiting' },
      { tag: '1.0.0', soak: 'waiting' },
      'eu',
    ],
    [
      'what waits before what is closed',
      { tag: '2.0.0', soak: 'closed' },
      { tag: '1.0.0', soak: 'waiting' },
      'us',
    ],
    ['the first listed of one digest', { tag: 'x', digest: 'd' }, { tag: 'y', digest: 'd' }, 'eu'],
    ['the one that has it', {}, { tag: '1.0.0' }, 'us'],
    ['the one that can be read', { tag: '2.0.0', soak: 'failed' }, { tag: '1.0.0' }, 'us'],
  ])('takes %s', async (_, eu, us, name) => {
    expect((await choose({ eu, us })).outcome).toMatchObject(taken(name));
  });

  it('judges by the facts of the one that was taken', async () => {
    const { facts } = await choose({ eu: { tag: '2.0.0', soak: 'closed' }, us: { tag: '1.0.0' } });
    expect(facts.soaks.get('api')).toEqual(SOAKS.open);
  });

  it('says what it does not take, and why', async () => {
    const { outcome } = await choose({ eu: { tag: '2.0.0', soak: 'waiting' }, us: { tag: '1.0.0' } });
    expect(outcome).toMatchObject({
      candidate: { notices: [expect.stringMatching(/^eu pins 2\.0\.0 \w{12}: soak: pinned in eu since/)] },
    });
  });

  it('is closed where open digests have no order, and names each with --image', async () => {
    const { outcome } = await choose({ eu: { tag: 'abc1234' }, us: { tag: 'def5678' } });
    expect(outcome).toMatchObject({
      kind: 'closed',
      gate: 'source',
      isChoice: true,
      hint: expect.stringMatching(/--image api=\S+eu\/api@sha256:\S+, or .*--image api=\S+us\/api@sha256:/),
    });
  });

  it('has failed where nothing is open and one cannot be read', async () => {
    const { facts } = await choose({
      eu: { tag: '2.0.0', soak: 'closed' },
      us: { tag: '1.0.0', soak: 'failed' },
    });
    expect(facts.failures.get('api')).toMatchObject({ code: 'REGISTRY' });
  });
});
