import { expect, it } from 'vitest';
import { ecrHost } from '../../src/oci/ecr-host.ts';

it.each([
  ['123456789012.dkr.ecr.eu-west-1.amazonaws.com', 'api.ecr.eu-west-1.amazonaws.com'],
  ['123456789012.dkr.ecr-fips.us-east-1.amazonaws.com', 'ecr-fips.us-east-1.amazonaws.com'],
  ['123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn', 'api.ecr.cn-north-1.amazonaws.com.cn'],
  ['123456789012.dkr-ecr.eu-west-1.on.aws', 'api.ecr.eu-west-1.amazonaws.com'],
  ['123456789012.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn', 'api.ecr.cn-north-1.amazonaws.com.cn'],
])('is asked at its own API: %s', (host, api) => {
  expect(ecrHost(host)).toMatchObject({ account: '123456789012', api });
});

it.each([
  'ghcr.io',
  'public.ecr.aws',
  '123456789012.dkr.ecr.eu-west-1.amazonaws.com.example.com',
  '12345.dkr.ecr.eu-west-1.amazonaws.com',
])('is not %s', host => {
  expect(ecrHost(host)).toBeUndefined();
});
