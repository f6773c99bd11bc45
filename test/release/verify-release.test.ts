import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { build, push } from '../e2e/shop.ts';
import { describeWith, runProgram } from '../servers/tools.ts';
import { newToken } from '../signing/keyless-place.ts';
import { type MatrixPlace, startMatrixPlace } from '../signing/matrix-place.ts';

const ROOT = join(import.meta.dirname, '../..');
const WORKFLOW = 'https://github.com/acme/promote/.github/workflows/release.yml@refs/heads/main';
const ISSUER = 'https://token.actions.githubusercontent.com';
const LOGGED = { rekor: true } as const;

/** The commands of the workflow and of the documentation that begin so, their lines joined. */
function typed(path: string, start: string): string {
  const text = readFileSync(join(ROOT, path), 'utf8').replaceAll(/ \\\n\s*/g, ' ');
  const found = text.split('\n').find(line => line.trim().startsWith(start));
  if (found === undefined) throw new Error(`${path} has no ${start}`);
  return found.trim().replaceAll('<owner>/<repository>', 'acme/promote');
}

describeWith(
  ['docker-registry', 'cosign', 'cosign2'],
  'a release that is signed as the workflow does',
  () => {
    let place: MatrixPlace;
    let identified: readonly string[];
    beforeAll(async () => {
      place = await startMatrixPlace();
      await writeFile(join(place.directory, 'token'), newToken(WORKFLOW, ISSUER));
      identified = ['--identity-token', join(place.directory, 'token')];
    });
    afterAll(async () => {
      await place.stop();
    });

    it('has an image that cosign verifies as documented, whatever else is attested for it', async () => {
      const name = `${place.registry.host}/promote`;
      const reference = `${name}@${await push(build('1.0.0'), `${name}:1.0.0`)}`;
      expect(typed('.github/workflows/release.yml', 'cosign sign ')).toBe(
        'cosign sign --yes --recursive "$image@$digest"',
      );
      await place.cosign(LOGGED, 'sign', '--recursive', ...identified, reference);
      const predicate = join(place.directory, 'predicate.json');
      await writeFile(predicate, '{}');
      const attested = ['--predicate', predicate, '--type', 'https://slsa.dev/provenance/v1'];
      await place.cosign(LOGGED, 'attest', ...attested, ...identified, reference);
      const command = typed('docs/verify-release.md', 'cosign verify ');
      const [, ...words] = command.replace('ghcr.io/acme/promote@sha256:<digest>', reference).split(' ');
      await expect(place.cosign(LOGGED, ...words)).resolves.toContain(reference.split('@')[1]);
      const foreign = words.map(word => word.replace('acme/promote/.github', 'evil/promote/.github'));
      await expect(place.cosign(LOGGED, ...foreign)).rejects.toThrow();
    });

    it('has files that cosign verifies as documented', async () => {
      const file = 'promote-linux-x64';
      await writeFile(join(place.directory, file), 'an executable');
      const signing = typed('.github/workflows/release.yml', 'cosign sign-blob ')
        .replaceAll('$file', file)
        .replaceAll('"', '')
        .split(' ');
      const witness = ['--signing-config', 'signing.json', '--trusted-root', 'root.json'];
      await place.cosign(LOGGED, 'sign', ...identified, await anyImage(place));
      const config = readFileSync(join(place.directory, 'signing-true-undefined.json'));
      await writeFile(join(place.directory, 'signing.json'), config);
      const run = (...words: readonly string[]) => runProgram('cosign', words, {}, place.directory);
      await run(...signing.slice(1), ...identified, ...witness);
      const verifying = typed('docs/verify-release.md', 'cosign verify-blob ').split(' ').slice(1);
      await expect(run(...verifying, '--trusted-root', 'root.json')).resolves.toBeDefined();
      await writeFile(join(place.directory, file), 'another one');
      await expect(run(...verifying, '--trusted-root', 'root.json')).rejects.toThrow();
    });
  },
);

/** Signing an image has the place write what tells cosign of its services. */
async function anyImage({ registry: { host } }: MatrixPlace): Promise<string> {
  return `${host}/any@${await push(build('any'), `${host}/any:1`)}`;
}
