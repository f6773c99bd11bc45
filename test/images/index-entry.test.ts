import { expect, it } from 'vitest';
import { platformIn } from '../../src/images/assemble/index-entry.ts';

const AMD64 = { os: 'linux', architecture: 'amd64' };
const ARM64 = { os: 'linux', architecture: 'arm64' };

it('believes the config, and refuses an index that says otherwise', () => {
  expect(platformIn({ ...ARM64, variant: 'v8' }, ARM64, 'api')).toEqual({ ...ARM64, variant: 'v8' });
  const windows = { os: 'windows', architecture: 'amd64', 'os.version': '10.0.20348.2700' };
  expect(platformIn(windows, undefined, 'api')).toEqual(windows);
  expect(() => platformIn(AMD64, ARM64, 'api')).toThrow(/linux\/arm64/);
  const armv6 = { os: 'linux', architecture: 'arm', variant: 'v6' };
  expect(() => platformIn(armv6, { ...armv6, variant: 'v7' }, 'api')).toThrow(/linux\/arm\/v7/);
  expect(platformIn(ARM64, { ...ARM64, variant: 'v8' }, 'api')).toEqual({ ...ARM64, variant: 'v8' });
  expect(() => platformIn({ os: '', architecture: 'amd64' }, undefined, 'api')).toThrow(/platform/);
});
