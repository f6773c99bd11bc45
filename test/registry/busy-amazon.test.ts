import { describe, expect, it } from 'vitest';
import { ECR, PASSWORD } from '../servers/cloud-registries.ts';
import type { Answer } from '../servers/listen.ts';
import { AWS, machine, ROLE } from './cloud-machine.ts';

/** Amazon limits calls by the error's name, and the status is 400. */
describe('Amazon, while it is busy,', () => {
  const named = (name: string): Answer => ({ status: 400, body: { __type: `com.amazon.coral#${name}` } });
  const inXml = (name: string): Answer => ({
    status: 400,
    body: `<ErrorResponse><Error><Code>${name}</Code></Error></ErrorResponse>`,
  });

  it.each([
    ['ThrottlingException', AWS, named('ThrottlingException')],
    ['TooManyRequestsException', AWS, named('TooManyRequestsException')],
    ['Throttling, by its token service', ROLE, inXml('Throttling')],
    ['IDPCommunicationError, by its token service', ROLE, inXml('IDPCommunicationError')],
  ])('is asked again: %s', async (_, env, answer) => {
    const { login, refused } = await machine(env, {}, [answer, answer]);
    expect(await login(ECR)).toMatchObject({ password: PASSWORD });
    expect(refused).toEqual([]);
  });

  it('is not taken for one that refuses the identity', async () => {
    const busy = Array.from({ length: 20 }, () => named('ThrottlingException'));
    const { login, refused } = await machine(AWS, {}, busy);
    await expect(login(ECR)).rejects.toMatchObject({
      code: 'UNREACHABLE',
      hint: expect.stringMatching(/^run it again/),
    });
    expect(refused).toEqual([]);
  });
});
