import { expect, it } from 'vitest';
import { redactUrl } from '../../src/secrets/url.ts';

it.each([
  ['https://ghcr.io/v2/a/manifests/1.0', 'https://ghcr.io/v2/a/manifests/1.0'],
  ['https://user:secret@ghcr.io/v2/', 'https://ghcr.io/v2/'],
  [
    'https://a.io/token?service=a.io&scope=repository:a:pull',
    'https://a.io/token?service=a.io&scope=repository:a:pull',
  ],
  [
    'https://s3.example.com/blob?X-Amz-Signature=secret&n=1',
    'https://s3.example.com/blob?X-Amz-Signature=…&n=1',
  ],
  ['https://a.io/v2/a/blobs/uploads/1?_state=secret', 'https://a.io/v2/a/blobs/uploads/1?_state=…'],
])('shows %s as %s', (url, expected) => {
  expect(redactUrl(new URL(url))).toBe(expected);
});

it('cuts off what is too long to read', () => {
  expect(redactUrl(new URL(`https://a.io/${'a'.repeat(5000)}`)).length).toBeLessThan(600);
});
