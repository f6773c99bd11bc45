import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { expect, it } from 'vitest';
import { neutralise } from '../../src/reports/neutralise.ts';
import { Secrets } from '../../src/secrets/secrets.ts';

it.each(['marked-password', 'p@ss-@word', 'a::error b#[', 'marked "quoted" ß', 'marked (x|y)*'])(
  'leaves %j out of a text in every form, also where it was made safe to print',
  secret => {
    const secrets = new Secrets([]);
    secrets.add([secret]);
    for (const form of [
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64'),
    ])
      for (const text of [`x ${form} y`, neutralise(`x ${form} y`)])
        expect(secrets.redact(text)).toBe('x *** y');
  },
);

it('takes a short word for none, and leaves a text as it is where nothing is known', () => {
  const secrets = new Secrets(['latest']);
  expect(secrets.redact('a:latest, a b')).toBe('a:latest, a b');
});

it.each<
  [string, () => { privateKey: KeyObject; publicKey: KeyObject }, readonly ('pkcs8' | 'sec1' | 'pkcs1')[]]
>([
  ['P-256', () => generateKeyPairSync('ec', { namedCurve: 'P-256' }), ['pkcs8', 'sec1']],
  ['Ed25519', () => generateKeyPairSync('ed25519'), ['pkcs8']],
  ['RSA', () => generateKeyPairSync('rsa', { modulusLength: 2048 }), ['pkcs8', 'pkcs1']],
])('leaves out the body of a private key of %s, and shows that of a public one', (_, generate, forms) => {
  const { privateKey, publicKey } = generate();
  const secrets = new Secrets([]);
  for (const type of forms as readonly 'pkcs8'[]) {
    const body = privateKey.export({ format: 'der', type }).toString('base64');
    expect(secrets.redact(`read ${body}: no such file`)).toBe('read ***: no such file');
  }
  const shown = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  expect(secrets.redact(shown)).toBe(shown);
});
