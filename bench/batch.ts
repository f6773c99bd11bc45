import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnPromote } from '../test/built/run-promote.ts';
import { build, createKey, push } from '../test/e2e/shop.ts';
import { createWorld, type World } from '../test/e2e/world.ts';
import { startDockerRegistry } from '../test/servers/docker-registry.ts';
import { findProgram, runProgram } from '../test/servers/tools.ts';
import { measure } from './measure.ts';

const IMAGES = 20;
const RUNS = 3;
const BOUND = { ratio: 0.7, requests: 3 };

/**
 * Hands 20 built images over in one `apply`, one group each, and does the same by a script of crane, cosign, sed and git
 * with four at once. A plan over what is promoted then counts its requests.
 */
export async function benchBatch(): Promise<void> {
  const registry = await startDockerRegistry();
  const worlds: World[] = [];
  try {
    const times: { promote: number[]; script: number[] } = { promote: [], script: [] };
    let requests = Number.NaN;
    for (let run = 0; run < RUNS; run += 1) {
      const images = Array.from({ length: IMAGES }, (_, index) => `image-${run}-${index}`);
      for (const image of images) await push(build(image, 3, 4), `${registry.host}/build/${image}:1`);
      const world = await batchWorld(registry.host, images, `p${run}`);
      worlds.push(world);
      const named = images.flatMap(image => ['--image', `${image}=${registry.host}/build/${image}:1`]);
      times.promote.push(await measure(() => promoted(world, ['apply', 'dev', ...named])));
      await registry.requests();
      await promoted(world, ['plan', 'dev', ...named]);
      requests = (await registry.requests()).length / IMAGES;
      if (['crane', 'cosign'].some(program => findProgram(program) === undefined)) continue;
      const other = await batchWorld(registry.host, images, `s${run}`);
      worlds.push(other);
      times.script.push(await measure(() => scripted(other, registry.host, images, `s${run}`)));
    }
    const [own, script] = [middle(times.promote), middle(times.script)];
    console.log(`\n${IMAGES} built images in one apply, one group each; median of ${RUNS}`);
    console.log(`  script    ${script.toFixed(2)} s, four at once`);
    console.log(
      `  promote   ${own.toFixed(2)} s: ${(own / script).toFixed(2)} x the script (bound: ${BOUND.ratio} x)`,
    );
    console.log(
      `  plan      ${requests.toFixed(1)} requests an image once promoted (bound: ${BOUND.requests})`,
    );
  } finally {
    await Promise.all([registry.stop(), ...worlds.map(world => world.close())]);
  }
}

/** A deployment repository with a bare one as its remote. */
async function batchWorld(host: string, images: readonly string[], place: string): Promise<World> {
  const world = await createWorld({
    'environments.yaml': `version: 1
images: { ${images.map(image => `${image}: {}`).join(', ')} }
signing: { key: ../cosign.key, publicKey: cosign.pub }
environments:
  dev: { from: build, registry: ${host}/${place}, files: ["dev/*.yaml"], commit: direct }
`,
    ...Object.fromEntries(
      images.map(image => [
        `dev/${image}.yaml`,
        `image:\n  repository: ${host}/${place}/${image}\n  tag: "0"\n`,
      ]),
    ),
  });
  await createKey(world);
  const origin = join(world.directory, 'origin.git');
  await world.git('clone', '--quiet', '--bare', '.', origin);
  await world.git('remote', 'add', 'origin', origin);
  await world.git('push', '--quiet', '--set-upstream', 'origin', 'main');
  return world;
}

async function promoted(world: World, args: readonly string[]): Promise<void> {
  const { code, stderr } = await spawnPromote(world.repository, world.env, args);
  if (code !== 0) throw new Error(`promote ${args[0]} ended with ${code}: ${stderr}`);
}

/** What a careful person would write: copy by digest and to the tag, sign, pin, commit each, push once. */
async function scripted(world: World, host: string, images: readonly string[], place: string): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'promote-script-'));
  const env = {
    ...world.env,
    COSIGN_PASSWORD: '',
    KEY: join(directory, 'cosign.key'),
    HOST: host,
    PLACE: place,
  };
  await runProgram('cosign', ['generate-key-pair', '--output-key-prefix', join(directory, 'cosign')], env);
  await writeFile(join(directory, 'one.sh'), ONE);
  const script = `set -e
cd ${world.repository}
printf '%s\\n' ${images.join(' ')} | xargs -P 4 -n 1 bash ${join(directory, 'one.sh')}
for image in ${images.join(' ')}; do
  git commit --quiet -m "Promote $image" -- dev/$image.yaml
done
git push --quiet origin main`;
  await runProgram('bash', ['-c', script], env);
  await rm(directory, { recursive: true });
}

const ONE = `set -e
digest=$(crane digest --insecure "$HOST/build/$1:1")
crane copy --insecure "$HOST/build/$1@$digest" "$HOST/$PLACE/$1:1" >/dev/null 2>&1
cosign sign --yes --allow-http-registry --key "$KEY" --tlog-upload=false --use-signing-config=false "$HOST/$PLACE/$1@$digest" >/dev/null 2>&1
sed -i "s|tag: \\"0\\"|tag: \\"1@$digest\\"|" "dev/$1.yaml"
`;

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
