import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { auditFiles } from '../../../src/commands/custody/audit.ts';
import { readCustody } from '../../../src/commands/custody/custody.ts';
import { parseEnvironments } from '../../../src/environments/parse.ts';
import { parseRepositoryName } from '../../../src/oci/reference.ts';
import { readTar } from '../../../src/oci/tar.ts';
import { writeTar } from '../../../src/oci/write-tar.ts';
import { custodyReport } from '../../../src/reports/custody.ts';
import { render } from '../../../src/reports/render.ts';
import { inTotoStatement } from '../../../src/signing/statement.ts';
import { createReviewWorld, type ReviewWorld } from '../../apply/review-world.ts';
import { describeWith, runProgram } from '../../servers/tools.ts';
import { attach } from '../../signing/counted-store.ts';
import { newSigner } from '../../signing/keys.ts';

const [OURS, BUILDER] = [await newSigner(), await newSigner()];
const BUILDER_ID = 'https://builder.example/v1';

describeWith(['cosign', 'git', 'jq'], 'an audit bundle', () => {
  let shop: ReviewWorld;
  let directory: string;
  beforeEach(async () => {
    shop = await createReviewWorld(['commit: direct'], { signer: OURS, vsa: true });
    directory = join(shop.world.repository, '../audit');
    await shop.release('1.0.0');
    await shop.apply();
  });
  afterEach(async () => await shop.world.close());

  async function attest(): Promise<void> {
    const store = shop.effects.store(parseRepositoryName('oci:../production/api'));
    const image = await store.head('1.0.0');
    if (image === undefined) throw new Error('it is not in production');
    const predicate = {
      buildDefinition: { buildType: 'https://type.example', externalParameters: {} },
      runDetails: { builder: { id: BUILDER_ID } },
    };
    const predicateType = 'https://slsa.dev/provenance/v1';
    const statement = inTotoStatement({ digest: image.digest, predicateType, predicate });
    await attach(store, image, { signer: BUILDER, statement });
  }

  /** Writes the bundle, and unpacks it as tar would. */
  async function write(): Promise<readonly string[]> {
    const gate = `gates: { provenance: { key: build.pub, builder: "${BUILDER_ID}" } }`;
    const file = await shop.world.read('environments.yaml');
    const environments = parseEnvironments(
      file.replace('commit: direct }', `commit: direct, ${gate} }`),
      'environments.yaml',
    );
    const effects = { ...shop.effects, trust: async () => BUILDER.trust };
    const custody = await readCustody(effects, environments, { image: 'api' });
    const report = render(custodyReport(custody), 'json', false);
    const tar = writeTar(await auditFiles(effects, environments, custody, report));
    const names: string[] = [];
    await rm(directory, { recursive: true, force: true });
    for await (const { name, bytes } of readTar(
      stream(tar),
      () => true,
      why => new Error(why),
    )) {
      await mkdir(dirname(join(directory, name)), { recursive: true });
      await writeFile(join(directory, name), bytes);
      names.push(name);
    }
    return names;
  }

  const verify = async (env = {}) => (await runProgram('sh', [join(directory, 'verify.sh')], env)).stdout;
  const replace = async (name: string, change: (text: string) => string) =>
    await writeFile(join(directory, name), change(await readFile(join(directory, name), 'utf8')));

  it('proves the chain to who has cosign and the keys alone, and no other', async () => {
    await attest();
    const names = await write();
    const steps = ['1', '2'].flatMap(at =>
      ['record', 'signature', 'summary'].map(of => `1/${at}-${of}.json`),
    );
    expect(names.toSorted()).toEqual(
      [
        '1/0-provenance.json',
        '1/manifest.json',
        ...steps,
        'custody.json',
        'keys/1.pub',
        'keys/2.pub',
        'verify.sh',
      ].toSorted(),
    );
    expect(await verify()).toMatch(/verified: the record of production[\s\S]*proven from the build on/);
    // Another promotion's record, signed by the same key.
    const [dev, production] = await Promise.all(
      ['1', '2'].map(at => readFile(join(directory, `1/${at}-record.json`), 'utf8')),
    );
    await replace('1/2-record.json', () => `${dev}`);
    await expect(verify()).rejects.toThrow();
    await replace('1/2-record.json', () => `${production}`);
    // Another image.
    await replace('1/manifest.json', text => `${text} `);
    await expect(verify()).rejects.toThrow();
    await write();
    // Another key.
    const other = await (await newSigner()).key();
    await replace('keys/2.pub', () => other.publicKey.export({ type: 'spki', format: 'pem' }).toString());
    await expect(verify()).rejects.toThrow();
  });

  it('does not prove what has a gap', async () => {
    await write();
    // What cosign says is no matter here.
    await expect(verify({ COSIGN: 'true' })).rejects.toThrow(/there are gaps/);
  });
});

async function* stream(bytes: Uint8Array) {
  yield bytes;
}
