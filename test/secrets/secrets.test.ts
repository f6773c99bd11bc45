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
