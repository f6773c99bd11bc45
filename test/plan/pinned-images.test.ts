import { describe, expect, it } from 'vitest';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import type { Pin } from '../../src/pins/pin.ts';
import { type PinnedImage, pinnedImages, tagsOfPinned } from '../../src/plan/pinned-images.ts';
import { digestNamed, environment, environments } from '../fixtures/candidates.ts';

const ONE = digestNamed('one');
const TWO = digestNamed('two');

describe('what an environment pins', () => {
  it('is reported digest by digest, each with its pins and every target', () => {
    const qa = environment({
      registries: ['eu', 'us'].map(region => ({
        push: `${region}.example/qa`,
        pull: `${region}.example/qa`,
        files: [],
      })),
    });
    const pins = [pin('a', ONE), pin('b', ONE), pin('c', TWO), pin('d', undefined)];
    const named = pins.map(each => ({ image: 'api', pin: each }));
    expect(pinnedImages(environments(qa), qa, named)).toEqual([
      { image: 'api', digest: ONE, pins: pins.slice(0, 2), targets: targets('eu', 'us') },
      { image: 'api', digest: TWO, pins: pins.slice(2, 3), targets: targets('eu', 'us') },
    ]);
  });
});

describe('the tags of a pinned digest', () => {
  const moving = { name: '{major}', moves: true };

  it.each<[string, string, readonly (string | undefined)[], readonly string[]]>([
    ['the tag of its pin', '{tag}', ['1.2.3'], ['1.2.3', '1']],
    ['the tag behind that of its pin', '{environment}-{tag}', ['qa-1.2.3'], ['qa-1.2.3', '1']],
    ['the tags of all its pins', '{tag}', ['1.2.3', '2.0.0'], ['1.2.3', '1', '2.0.0', '2']],
    ['a tag that no template gives', 'v{version}', ['latest'], ['latest']],
    ['nothing, where no pin has one', '{tag}', [undefined], []],
  ])('are %s', (_, name, tags, expected) => {
    const qa = environment({ tags: [{ name, moves: false }, moving] });
    const pinned: PinnedImage = {
      image: 'api',
      digest: ONE,
      pins: tags.map((tag, index) => pin(`${index}`, ONE, tag)),
      targets: targets('eu'),
    };
    expect(tagsOfPinned(qa, pinned, undefined).map(tag => tag.name)).toEqual(expected);
  });

  it('take the version that the image itself names', () => {
    const qa = environment({ tags: [{ name: '{tag}', moves: false }, moving] });
    const pinned = { image: 'api', digest: ONE, pins: [pin('a', ONE, 'main-7')], targets: targets('eu') };
    expect(tagsOfPinned(qa, pinned, '4.0.0')).toEqual([
      { name: 'main-7', moves: false },
      { name: '4', moves: true },
    ]);
  });
});

function pin(file: string, digest: Pin['digest'], tag?: string): Pin {
  return {
    file,
    locator: '0:image',
    format: 'helm',
    line: 1,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

function targets(...regions: readonly string[]) {
  return regions.map(region => parseRepositoryName(`${region}.example/qa/api`));
}
