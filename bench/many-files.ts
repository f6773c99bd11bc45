import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildImage, pushImage } from '../src/demo/image.ts';
import { parseRepositoryName } from '../src/oci/reference.ts';
import { openLayout } from '../src/registry/layout/layout.ts';
import { measureOnce, run, type Usage } from './processes.ts';

const FILES = 10_000;
const PINS = 5;
const RUNS = 5;
const BOUND = { ratio: 3, megabytes: 150 };
/** About 2 kB of what deployment files hold; none of it names an image of ours. */
const FILLER = Array.from(
  { length: 34 },
  (_, line) => `  - { name: SETTING_${line}, value: "something that is set in production" }\n`,
).join('');

const ENVIRONMENTS = `version: 1
images: { api: { source: "oci:../build/api" } }
environments:
  production: { from: build, registry: { push: "oci:../production", pull: registry.example/production }, files: ["clusters/**"] }
`;

/** Prints the CPU and memory of a plan over many files, beside those of a search for their names by grep. */
export async function benchManyFiles(): Promise<void> {
  const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
  const directory = await mkdtemp(join(tmpdir(), 'promote-bench-'));
  try {
    const checkout = join(directory, 'gitops');
    await createFiles(checkout);
    const plan = [process.execPath, cli, 'plan', 'production', '--image', 'api=oci:../build/api:2.0.0'];
    const grep = ['grep', '-rl', 'registry.example/production/api', 'clusters'];
    const [start, searched, planned] = [
      await median([process.execPath, '-e', '0'], checkout),
      await median(grep, checkout),
      await median(plan, checkout),
    ];
    const ratio = (planned.seconds - start.seconds) / searched.seconds;
    console.log(`\nplan over ${FILES} files, ${PINS} of them with pins; CPU, median of ${RUNS}`);
    console.log(`  grep -rl  ${searched.seconds.toFixed(2)} s`);
    console.log(
      `  plan      ${planned.seconds.toFixed(2)} s, ${start.seconds.toFixed(2)} s of it node's own start: ${ratio.toFixed(1)} x grep (bound: ${BOUND.ratio} x)`,
    );
    console.log(`  memory    ${planned.megabytes.toFixed(0)} MB (bound: ${BOUND.megabytes} MB)`);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function createFiles(checkout: string): Promise<void> {
  for (let file = 0; file < FILES; file += 1) {
    const path = join(checkout, `clusters/cluster-${file % 50}/service-${file}/values.yaml`);
    const isPinned = file % (FILES / PINS) === 0;
    const image = isPinned ? 'registry.example/production/api' : `registry.other/team/service-${file}`;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `image: { repository: ${image}, tag: "1.0.0" }\nenv:\n${FILLER}`);
  }
  await writeFile(join(checkout, 'environments.yaml'), ENVIRONMENTS);
  const store = openLayout(checkout)(parseRepositoryName('oci:../build/api'));
  await pushImage(
    store,
    buildImage({ platforms: [{ os: 'linux', architecture: 'amd64' }], layers: ['api'] }),
    '2.0.0',
  );
  const who = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com', '-c', 'gc.auto=0'];
  await run(['git', 'init', '--quiet', '--initial-branch=main'], checkout);
  await run(['git', 'add', '-A'], checkout);
  await run(['git', ...who, 'commit', '--quiet', '-m', 'Start'], checkout);
}

async function median(command: readonly string[], cwd: string): Promise<Usage> {
  const runs: Usage[] = [];
  for (let index = 0; index < RUNS; index += 1) runs.push(await measureOnce(command, cwd));
  const middle = (values: readonly number[]) => values.toSorted((a, b) => a - b)[RUNS >> 1] ?? Number.NaN;
  return {
    seconds: middle(runs.map(({ seconds }) => seconds)),
    wall: middle(runs.map(({ wall }) => wall)),
    megabytes: middle(runs.map(({ megabytes }) => megabytes)),
  };
}
