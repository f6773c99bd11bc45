import { expect, it } from 'vitest';
import { fileWith, problemsOf } from '../problems.ts';

it.each(['oci', 'docker', 'https'])('a registry with the scheme %s is told how it is written', scheme => {
  const text = fileWith({}).replace('ghcr.io/acme/prod', `${scheme}://ghcr.io/acme/prod`);
  expect(problemsOf(text)).toMatchObject([
    {
      message: `a registry has no scheme: "${scheme}://ghcr.io/acme/prod"`,
      hint: 'leave the scheme out: ghcr.io/acme/prod',
    },
  ]);
});
