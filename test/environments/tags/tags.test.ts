import { describe, expect, it } from 'vitest';
import { fillTags, needsVersion, pinTag, type TagValues } from '../../../src/environments/tags/tags.ts';
import { digestOf, shortDigest } from '../../../src/oci/digest.ts';

const digest = digestOf('image');
const short = shortDigest(digest);
const FALLBACK = `prod-${short}`;

function fill(templates: readonly string[], values: Partial<TagValues> = {}) {
  const fixed = templates.map(name => ({ name, moves: false }));
  const { tags, notices } = fillTags(fixed, { image: 'api', environment: 'prod', digest, ...values });
  return { tags: tags.map(({ name }) => name), notices: notices.length };
}

describe('tag templates', () => {
  it.each([
    ['{tag}', { tag: 'v1.2.3' }, 'v1.2.3'],
    ['{image}-{environment}-{digest12}', {}, `api-prod-${short}`],
    ['{version}', { tag: '1.2.3' }, '1.2.3'],
    ['{version}', { tag: 'v1.2.3' }, '1.2.3'],
    ['{version}', { tag: 'release-1.2.3' }, '1.2.3'],
    ['{version}', { tag: 'app-1.2.3' }, FALLBACK],
    ['{version}', { tag: 'v1.2.3-rc.1' }, '1.2.3-rc.1'],
    ['{major}.{minor}.{patch}', { tag: 'v1.2.3-rc.1' }, '1.2.3'],
    ['{version}', { tag: 'main', annotatedVersion: '2.0.1' }, '2.0.1'],
    ['{version}', { annotatedVersion: 'v2.0.1' }, '2.0.1'],
    ['{version}', { tag: '1.0.0', annotatedVersion: '2.0.1' }, '1.0.0'],
    ['{tag}', { tag: '$&' }, FALLBACK],
    ['{major}.{minor}', { annotatedVersion: '1.2.3+build.5' }, '1.2'],
  ])('fill %s from %o', (template, values, expected) => {
    expect(fill([template], values).tags).toEqual([expected]);
  });

  it.each([
    ['a missing tag', '{tag}', {}],
    ['half a version', '{version}', { tag: '1.2' }],
    ['no version at all', '{major}', { tag: 'main', annotatedVersion: 'latest' }],
    ['build metadata, which no tag can hold', '{version}', { annotatedVersion: '1.2.3+build.5' }],
    ['a tag that becomes too long', '{tag}-{digest12}', { tag: 'x'.repeat(120) }],
  ])('are left out with a notice for %s', (_, template, values) => {
    expect(fill([template, '{image}'], values)).toEqual({ tags: ['api'], notices: 1 });
  });

  it.each([
    ['{major}.{minor}', { tag: '1.4.2-rc1' }, FALLBACK],
    ['{major}', { tag: 'v1.4.2-beta.3' }, FALLBACK],
    ['latest', { tag: '1.4.2-rc1' }, FALLBACK],
    ['latest', { tag: 'main', annotatedVersion: '2.0.0-alpha.1' }, FALLBACK],
    ['latest', { tag: '1.4-rc1' }, FALLBACK],
    ['{environment}', { tag: '1.4.2-rc1' }, 'prod'],
    ['{major}.{minor}', { tag: '1.4.2-b9' }, '1.4'],
    ['{major}.{minor}', { tag: '1.4.2-alpine3.19' }, '1.4'],
    ['{major}.{minor}', { tag: '1.4.2-9-gabc1234' }, '1.4'],
    ['latest', { tag: '1.4.2' }, 'latest'],
  ])('move %s from release to release, and with %o set %s', (name, values, expected) => {
    const { tags } = fillTags([{ name, moves: true }], {
      image: 'api',
      environment: 'prod',
      digest,
      ...values,
    });
    expect(tags.map(tag => tag.name)).toEqual([...new Set([expected, FALLBACK])]);
  });

  it('move with pre-releases where that is asked, and say which are left out where it is not', () => {
    const values = { image: 'api', environment: 'prod', digest, tag: '1.4.2-rc1' };
    const asked = fillTags([{ name: 'latest', moves: true, preReleases: true }], values);
    expect(asked).toEqual({
      tags: [
        { name: 'latest', moves: true },
        { name: FALLBACK, moves: false },
      ],
      notices: [],
    });
    expect(fillTags([{ name: 'latest', moves: true }], values).notices).toEqual([
      'tag latest is left out: 1.4.2-rc1 is a pre-release, and preReleases is not set',
    ]);
  });

  it('leave no image without a tag that does not move, which its pins carry', () => {
    expect(fill([])).toEqual({ tags: [FALLBACK], notices: 0 });
    expect(fill(['{tag}', '{version}'])).toEqual({ tags: [FALLBACK], notices: 2 });
  });

  it('give each tag once, and the one of two that does not move', () => {
    const templates = [
      { name: '{tag}', moves: true },
      { name: '{version}', moves: false },
    ];
    const { tags } = fillTags(templates, { image: 'api', environment: 'prod', digest, tag: '1.2.3' });
    expect(tags).toEqual([{ name: '1.2.3', moves: false }]);
  });

  it('let pins carry the first tag that does not move', () => {
    const moving = { name: '1.2', moves: true };
    expect(pinTag([moving, { name: '1.2.3', moves: false }, { name: 'x', moves: false }])).toBe('1.2.3');
    expect(pinTag([moving])).toBeUndefined();
  });

  it.each([
    ['{version}', 'main', true],
    ['{major}', undefined, true],
    ['{version}', 'v1.2.3', false],
    ['{tag}', 'main', false],
  ])('know whether %s with the tag %s needs the annotated version', (name, tag, expected) => {
    expect(needsVersion([{ name, moves: false }], tag)).toBe(expected);
  });
});
