import { describe, expect, it } from 'vitest';
import type { Environment } from '../../src/environments/environments.ts';
import type { Pin, PinForm } from '../../src/pins/pin.ts';
import { unwritable } from '../../src/plan/unwritable.ts';
import { digestNamed, environment, environments } from '../fixtures/candidates.ts';

const SIGNING: NonNullable<Environment['signing']> = {
  by: { kind: 'key', key: 'cosign.key' },
  trusted: [],
  formats: ['bundle'],
};
const [API] = environments().images;

function reasonOf(
  pin: PinForm | undefined,
  tag: string,
  {
    locator = '0:image',
    version = '1.0.0',
    ...changes
  }: Partial<Environment & Pin> & { version?: string } = {},
): string | undefined {
  const at = environment({ signing: SIGNING, pin, ...changes });
  const place: Pin = { file: 'qa/a.yaml', locator, line: 1, format: 'helm' };
  const wanted = { digest: digestNamed('a'), tags: [{ name: tag, moves: false }], version };
  return API && unwritable(API, at, place, wanted, true)?.reason;
}

describe('a pin by its tag', () => {
  it.each([
    ['of 63 characters', 'a'.repeat(63), undefined],
    ['of more', 'a'.repeat(64), 'no label'],
    ['that ends in a dot', '1.0.', 'no label'],
    ['that begins with an underscore', '_1', 'no label'],
  ])('takes a tag %s only where a label does', (_, tag, reason) => {
    const found = reasonOf('tag', tag);
    expect(found).toEqual(reason === undefined ? undefined : expect.stringContaining('takes no tag'));
    expect(reasonOf('digest', tag)).toBeUndefined();
  });

  it('is refused in a label with a digest, which the tag alone may be', () => {
    const locator = '0:metadata.labels.version';
    expect(reasonOf('digest', '1.0.0', { locator })).toContain('@');
    expect(reasonOf('tag', '1.0.0', { locator })).toBeUndefined();
    expect(reasonOf('version', '1.0.0', { locator })).toBeUndefined();
    expect(reasonOf('version', '1.0.0', { locator, version: '1.0.0+a' })).toContain(
      'no tag of the promotion',
    );
  });

  it.each<PinForm>(['tag', 'version'])('needs signing and a first tag that stays, as a %s', form => {
    expect(reasonOf(form, '1.0.0')).toBeUndefined();
    expect(reasonOf(form, '1.0.0', { signing: undefined } as never)).toContain('no signing');
    expect(reasonOf(form, '1.0.0', { tags: [{ name: 'latest', moves: true }] })).toContain('latest moves');
  });
});

it('a label is never told to hold a digest', () => {
  const label = { file: 'a.yaml', locator: '0:metadata.labels.version', line: 1, format: 'helm' } as const;
  const wanted = { digest: digestNamed('a'), tags: [{ name: '1', moves: false }], version: '1.0.0' };
  const hint = (place: Pin) => API && unwritable(API, environment({ pin: 'tag' }), place, wanted, true)?.hint;
  expect(hint(label)).toBe('set signing for qa');
  expect(hint({ ...label, locator: '0:image' })).toBe('set signing for qa, or write pin: digest');
});

it('a version alone needs a tag of the promotion that says it', () => {
  expect(reasonOf('version', 'v1.0.0')).toBeUndefined();
  expect(reasonOf('version', 'build-7')).toContain('no tag of the promotion says 1.0.0');
});
