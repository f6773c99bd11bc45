import { expect, it } from 'vitest';
import { platformTags } from '../../../src/environments/tags/platform-tags.ts';
import { fillTags } from '../../../src/environments/tags/tags.ts';
import { digestOf } from '../../../src/oci/digest.ts';
import { fileWith, marked, problemsOf } from '../problems.ts';

const DIGEST = digestOf('index');
const VALUES = { image: 'api', environment: 'prod', digest: DIGEST, tag: '1.4.2' };

it.each([
  ['linux/amd64', '1.4.2-amd64'],
  ['linux/arm64/v8', '1.4.2-arm64'],
  ['linux/arm/v7', '1.4.2-armv7'],
  ['linux/arm/v6', '1.4.2-armv6'],
  ['linux/amd64/v3', '1.4.2-amd64v3'],
  ['windows/amd64', '1.4.2-amd64'],
])('names %s %s', (platform, name) => {
  const tag = { name, moves: false, digest: digestOf(platform) };
  expect(tagsOf('{tag}-{arch}', [platform])).toEqual({ tags: [tag], notices: [] });
});

it('leaves out what two platforms would share, and says what tells them apart', () => {
  const { tags, notices } = tagsOf('{tag}-{arch}', ['linux/amd64', 'windows/amd64', 'linux/arm/v7']);
  expect(tags.map(({ name }) => name)).toEqual(['1.4.2-armv7']);
  const those = 'linux/amd64 and windows/amd64 would share it';
  expect(notices).toEqual([`tag 1.4.2-amd64 is left out: ${those}; name {os} and {arch} in the template`]);
  expect(tagsOf('{tag}-{os}-{arch}', ['linux/amd64', 'windows/amd64'])).toMatchObject({
    tags: [{ name: '1.4.2-linux-amd64' }, { name: '1.4.2-windows-amd64' }],
    notices: [],
  });
});

it("leaves out what is the image's own tag, and says so", () => {
  const own = { tags: [{ name: '1.4.2-amd64', moves: false }] };
  const { tags, notices } = tagsOf('{tag}-{arch}', ['linux/amd64'], own);
  expect(tags).toEqual([]);
  expect(notices.join()).toContain('the image itself has it');
});

it('says once what cannot be filled, and that an image names no platform', () => {
  const twice = ['linux/amd64', 'linux/arm64'];
  expect(tagsOf('{version}-{arch}', twice, undefined, 'nightly').notices).toEqual([
    'tag {version}-{arch} is left out: the image has no {version}',
  ]);
  expect(tagsOf('{tag}-{arch}', [])).toEqual({
    tags: [],
    notices: ['tags {tag}-{arch} are left out: the image names no platform'],
  });
});

it.each([
  ['a platform in a tag of the whole image', ['"{tag}-{arch}"', '{ name: "{tag}-{os}", moves: true }']],
  ['one tag for all platforms', ['{ name: "{tag}-{os}", platforms: each }']],
])('refuses %s', (_, tags) => {
  const problems = problemsOf(fileWith({ prod: `tags: ["{tag}", ${tags.join(', ')}]` }));
  expect(problems.map(marked)).toEqual(tags);
});

function tagsOf(
  name: string,
  platforms: readonly string[],
  own?: Parameters<typeof platformTags>[2],
  tag = '1.4.2',
) {
  const template = { name, moves: false, platforms: 'each' } as const;
  const values = { ...VALUES, tag };
  const known = platforms.map(text => {
    const [os = '', architecture = '', variant] = text.split('/');
    const platform = { os, architecture, ...(variant === undefined ? {} : { variant }) };
    return { digest: digestOf(text), platform };
  });
  const filled = own ?? fillTags([{ name: '{tag}', moves: false }], values);
  return platformTags({ platformTags: [template] }, values, filled, new Map([[DIGEST, known]]));
}
