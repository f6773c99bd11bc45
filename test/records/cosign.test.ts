import { afterAll, beforeAll, expect, it } from 'vitest';
import { PROMOTION } from '../../src/records/statement.ts';
import { loadPrivateKey } from '../../src/signing/private-key.ts';
import { keySigner } from '../../src/signing/signer.ts';
import { describeWith } from '../servers/tools.ts';
import { COSIGN_PASSWORD, type CosignPlace, startCosignPlace } from '../signing/cosign-place.ts';
import { newImage } from '../signing/counted-store.ts';
import { sampleRecord } from './sample-record.ts';
import { writeRecord } from './write-record.ts';

describeWith(['cosign', 'docker-registry', 'oras'], 'a record', () => {
  let place: CosignPlace;
  beforeAll(async () => {
    place = await startCosignPlace();
  });
  afterAll(async () => {
    await place.stop();
  });

  it('is an attestation that cosign verifies and prints', async () => {
    const { store, name, push } = place.repository('recorded');
    const subject = await newImage(store);
    const record = sampleRecord(subject.digest);
    const signer = keySigner(await loadPrivateKey(place.privateKey, () => COSIGN_PASSWORD));
    await writeRecord({ store, subject, signer, record });
    await push();
    const unlogged = ['--insecure-ignore-tlog', '--allow-http-registry'];
    const by = ['--type', PROMOTION, '--key', `${place.directory}/cosign.pub`];
    const printed = await place.cosign('verify-attestation', ...unlogged, ...by, `${name}@${subject.digest}`);
    const { payload } = JSON.parse(printed);
    expect(JSON.parse(Buffer.from(payload, 'base64').toString())).toMatchObject({ predicate: record });
  });
});
