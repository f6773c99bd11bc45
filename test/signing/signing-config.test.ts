import { describe, expect, it } from 'vitest';
import { namesLog, servicesIn } from '../../src/signing/sigstore/signing-config.ts';
import { serviceIn, signingConfig } from './signing-configs.ts';

const NOW = new Date('2026-11-30T12:00:00Z');
const FIRST = serviceIn('https://rekor.sigstore.dev', 1, '2021-01-12T11:53:27.000Z');
const SECOND = serviceIn('https://log2026-1.rekor.sigstore.dev', 2, '2026-01-01T00:00:00Z');

function logs(rekorTlogUrls: readonly object[], more: object = {}, versions?: readonly number[]) {
  const text = signingConfig({ rekorTlogUrls, ...more });
  return servicesIn(text, NOW, versions).logs.map(({ url, version }) => `${version} ${new URL(url).host}`);
}

describe('a signing configuration', () => {
  it('names where to sign now, as the public one is written', () => {
    expect(servicesIn(signingConfig({ rekorTlogUrls: [FIRST] }), NOW)).toEqual({
      fulcio: { url: 'https://fulcio.sigstore.dev', version: 1 },
      logs: [{ url: 'https://rekor.sigstore.dev', version: 1 }],
      stamps: [{ url: 'https://timestamp.sigstore.dev/api/v1/timestamp', version: 1 }],
    });
  });

  it.each<[string, readonly object[], readonly string[]]>([
    ['the newest version', [FIRST, SECOND], ['2 log2026-1.rekor.sigstore.dev']],
    [
      'the log that began last',
      [SECOND, serviceIn('https://log2026-2.rekor.sigstore.dev', 2, '2026-06-01T00:00:00Z')],
      ['2 log2026-2.rekor.sigstore.dev'],
    ],
    [
      'none that is still to begin',
      [serviceIn('https://log2027-1.rekor.sigstore.dev', 2, '2027-01-01T00:00:00Z'), SECOND],
      ['2 log2026-1.rekor.sigstore.dev'],
    ],
    [
      'none that has ended',
      [
        serviceIn('https://log2025-1.rekor.sigstore.dev', 2, '2025-01-01T00:00:00Z', '2026-11-30T11:59:59Z'),
        FIRST,
      ],
      ['1 rekor.sigstore.dev'],
    ],
    [
      'none of a version that is not known',
      [serviceIn('https://log2026-3.rekor.sigstore.dev', 3, '2026-01-01T00:00:00Z'), FIRST],
      ['1 rekor.sigstore.dev'],
    ],
  ])('gives %s', (_, services, expected) => {
    expect(logs(services)).toEqual(expected);
  });

  it('gives an older version to who can use no newer one', () => {
    expect(logs([SECOND, FIRST], {}, [1])).toEqual(['1 rekor.sigstore.dev']);
    expect(
      [1, 2, 3].map(version => namesLog(signingConfig({ rekorTlogUrls: [SECOND] }), NOW, version)),
    ).toEqual([false, true, false]);
  });

  it('gives one of an operator, and as many as it asks for', () => {
    const other = { ...SECOND, url: 'https://log.example.com', operator: 'example.com' };
    const older = serviceIn('https://log2025-1.rekor.sigstore.dev', 2, '2025-09-01T00:00:00Z');
    const all = [SECOND, older, other, FIRST];
    const hosts = ['2 log2026-1.rekor.sigstore.dev', '2 log.example.com'];
    expect(logs(all, { rekorTlogConfig: { selector: 'ALL' } })).toEqual(hosts);
    expect(logs(all, { rekorTlogConfig: { selector: 'EXACT', count: 2 } })).toEqual(hosts);
    expect(logs(all, { rekorTlogConfig: { selector: 'ANY' } })).toEqual(hosts.slice(0, 1));
    expect(() => logs(all, { rekorTlogConfig: { selector: 'EXACT', count: 3 } })).toThrow(
      expect.objectContaining({ code: 'SIGNATURE', message: expect.stringContaining('of 3 operators') }),
    );
  });

  it.each([
    ['no log', signingConfig({ rekorTlogUrls: [] })],
    ['no authority', signingConfig({ caUrls: [] })],
    ['no stamp', signingConfig({ tsaUrls: [] })],
    ['the form before', signingConfig({ mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.1+json' })],
    ['no JSON', 'no JSON'],
  ])('is refused with what to name in its place: %s', (_, text) => {
    expect(() => servicesIn(text, NOW)).toThrow(
      expect.objectContaining({ code: 'SIGNATURE', hint: expect.stringContaining('signing.rekor') }),
    );
  });
});
