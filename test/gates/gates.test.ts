import { describe, expect, it } from 'vitest';
import { backwardGate } from '../../src/gates/backward.ts';
import type { Facts } from '../../src/gates/facts.ts';
import { tagsGate } from '../../src/gates/tags.ts';
import type { Digest } from '../../src/oci/digest.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { candidate, digestNamed, environment } from '../fixtures/candidates.ts';
import { NOTHING } from './no-facts.ts';

describe('backward', () => {
  const pinned = (tag: string, digest = digestNamed('other')) => ({ current: [{ tag, digest }] });
  const source = (tag: string) => ({ source: { ...candidate('api').source, tag } });

  it.each([
    ['a higher version', pinned('1.9.0'), undefined],
    ['a lower version', pinned('2.0.1'), 'closed'],
    ['a lower version behind a v', { ...pinned('v3.0.0'), ...source('v2.0.0') }, 'closed'],
    ['a pre-release of what is pinned', { ...pinned('2.0.0'), ...source('2.0.0-rc.1') }, 'closed'],
    ['the same version, rebuilt', pinned('2.0.0'), undefined],
    ['an older build of a branch', { ...pinned('main-9'), ...source('main-8') }, 'closed'],
    ['a newer build of a branch', { ...pinned('main-8'), ...source('main-9') }, undefined],
    ['tags that have no order', { ...pinned('3f2a1bc'), ...source('main-8') }, 'open'],
    [
      'two pins, one of them newer',
      { current: [...pinned('1.0.0').current, ...pinned('3.0.0').current] },
      'closed',
    ],
    ['what is pinned already', pinned('9.9.9', digestNamed('api 2')), undefined],
  ])('judges %s', (_, changes, kind) => {
    expect(backwardGate.judge(candidate('api', changes), NOTHING, environment())?.kind).toBe(kind);
  });

  it('says of tags without an order why they have none, and which they are', () => {
    const verdict = backwardGate.judge(
      candidate('api', { ...pinned('3.2.0-java21'), ...source('3.2.0-java17') }),
      NOTHING,
      environment(),
    );
    expect(verdict?.reason).toBe(
      '3.2.0-java17 and the pinned 3.2.0-java21 have no order: they are variants of one version',
    );
  });

  it('closes what was pinned here before, where the tags have no order', () => {
    const facts = { ...NOTHING, pinnedBefore: new Set([digestNamed('api 2')]) };
    const changes = { ...pinned('1.0.0-ffa1b2c'), ...source('1.0.0-0a1b2c3') };
    expect(backwardGate.judge(candidate('api', changes), facts, environment())?.kind).toBe('closed');
  });

  it('compares the tags that the pinned ones were made from', () => {
    const tagged = environment({ name: 'production', tags: [{ name: '{environment}-{tag}', moves: false }] });
    const judge = (tag: string) =>
      backwardGate.judge(candidate('api', { ...pinned(tag), ...source('1.0.0') }), NOTHING, tagged)?.kind;
    expect(['production-1.1.0', 'production-0.9.0', '1.1.0'].map(judge)).toEqual([
      'closed',
      undefined,
      'closed',
    ]);
  });

  it.each([
    ['app-{version}', 'app-1.1.0', 'app-0.9.0'],
    ['{version}-alpine', '1.1.0-alpine', '0.9.0-alpine'],
    ['{major}.{minor}.{patch}', '1.1.0', '0.9.0'],
    ['{environment}-{major}.{minor}.{patch}', 'qa-1.10.0', 'qa-0.9.0'],
  ])('compares the versions in tags made by %s', (name, higher, lower) => {
    const tagged = environment({ tags: [{ name, moves: false }] });
    const judge = (tag: string) =>
      backwardGate.judge(candidate('api', { ...pinned(tag), ...source('1.0.0') }), NOTHING, tagged)?.kind;
    expect([higher, lower].map(judge)).toEqual(['closed', undefined]);
  });

  it('compares the versions that images are annotated with, where their tags hold none', () => {
    const tagged = environment({ tags: [{ name: 'app-{version}', moves: false }] });
    const judge = (version: string) => {
      const targets = candidate('api').targets.map(({ repository }) => ({
        repository,
        tags: [{ name: `app-${version}`, moves: false }],
      }));
      const changes = { ...pinned('app-1.1.0'), ...source('main-7'), targets };
      return backwardGate.judge(candidate('api', changes), NOTHING, tagged)?.kind;
    };
    expect(['1.0.0', '1.2.0'].map(judge)).toEqual(['closed', undefined]);
  });

  it('closes a digest that was pinned here before, whatever its version', () => {
    const facts = { ...NOTHING, pinnedBefore: new Set([digestNamed('api 2')]) };
    expect(backwardGate.judge(candidate('api'), facts, environment())).toMatchObject({
      kind: 'closed',
      hint: expect.stringMatching(/^closed until dev pins a newer one; /),
    });
    expect(backwardGate.judge(candidate('api'), { ...facts, allowBackward: true }, environment())?.kind).toBe(
      'open',
    );
  });
});

describe('tags', () => {
  const facts = (named: Digest | undefined): Facts => {
    const { targets } = candidate('api');
    const states = targets.map(({ repository }) => ({
      repository,
      present: false,
      signed: false,
      recorded: false,
      tags: new Map([['2.0.0', named]]),
    }));
    return { ...NOTHING, states: new Map([['api', states]]) };
  };
  const moving = candidate('api').targets.map(target => ({
    ...target,
    tags: [{ name: '2.0.0', moves: true }],
  }));

  it.each([
    ['a free tag', candidate('api'), undefined, undefined],
    ['a tag that is right already', candidate('api'), digestNamed('api 2'), undefined],
    ['a tag that names another digest', candidate('api'), digestNamed('x'), 'closed'],
    ['a tag that may move', candidate('api', { targets: moving }), digestNamed('x'), undefined],
  ])('judges %s', (_, subject, named, kind) => {
    expect(tagsGate.judge(subject, facts(named), environment())?.kind).toBe(kind);
  });

  it('are asked of the tags that the candidate gets, whatever else is known of its targets', () => {
    const subject = candidate('api');
    const [target] = subject.targets;
    if (target === undefined) throw new Error('no target');
    const state = { repository: target.repository, present: true, signed: true, recorded: true };
    const other = digestNamed('other');
    const judge = (tags: ReadonlyMap<string, Digest>) =>
      tagsGate.judge(subject, { ...NOTHING, states: new Map([['api', [{ ...state, tags }]]]) }, environment())
        ?.kind;
    // A repair leaves tags that moved on out of what it sets.
    expect(judge(new Map([['2', other]]))).toBeUndefined();
    expect(
      judge(
        new Map([
          ['2', other],
          ['2.0.0', other],
        ]),
      ),
    ).toBe('closed');
  });

  it('that stay at one target may move at another', () => {
    const repository = parseRepositoryName('us.example/api');
    const subject = candidate('api', {
      targets: [...candidate('api').targets, { repository, tags: [{ name: '2.0.0', moves: true }] }],
    });
    const states = subject.targets.map(target => ({
      repository: target.repository,
      present: true,
      signed: true,
      recorded: true,
      tags: new Map([['2.0.0', digestNamed('other')]]),
    }));
    const facts = { ...NOTHING, states: new Map([['api', states]]) };
    expect(tagsGate.judge(subject, facts, environment())?.reason).toMatch('registry.example/qa/api:2.0.0');
  });
});
