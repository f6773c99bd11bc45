import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { Skipped } from './test/skipped.ts';
import { youngWorkers } from './test/young-workers.ts';

const all = ['test/**/*.test.ts'];
/** What computes only: its files share a process, which saves loading everything anew for each. */
const pure = ['environments', 'gates', 'images', 'oci', 'pins', 'plan', 'proposals', 'reports'].map(
  folder => `test/${folder}/**/*.test.ts`,
);
/** What changes the process that it runs in, and has one of its own. */
const alone = [
  'test/action/inputs.test.ts',
  'test/action/runner.test.ts',
  'test/browser/*.test.ts',
  'test/registry/cloud-metadata.test.ts',
  'test/release/*.test.ts',
];
/** What counts the engine's steps of code that nothing has run before. */
const counting = [
  'test/environments/diagnostics/yaml-file.test.ts',
  'test/environments/linear.test.ts',
  'test/pins/formats/dockerfile.test.ts',
];

/** Begins with the suites that take longest: some are files of a few lines, which would come last. */
class EndToEndFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => moduleId.includes('/test/e2e/');
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter(file => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    globalSetup: ['test/run-folder.ts', 'test/built/setup.ts'],
    sequence: { sequencer: EndToEndFirst },
    reporters: ['default', new Skipped()],
    // Tests wait for registries and clients more than they compute.
    maxWorkers: availableParallelism() + 1,
    testTimeout: 600_000,
    hookTimeout: 600_000,
    env: withoutMaintenance(),
    projects: [
      { extends: true, test: { name: 'pure', include: pure, exclude: counting, isolate: false } },
      // The other files start servers and programs, and share a process too: none changes what it has in common.
      {
        extends: true,
        test: {
          name: 'sharing',
          include: all,
          exclude: [...pure, ...alone, ...counting],
          isolate: false,
          pool: youngWorkers,
        },
      },
      { extends: true, test: { name: 'alone', include: alone } },
      { extends: true, test: { name: 'counting', include: counting } },
    ],
  },
});

/** Git of the tests and of their servers starts no second process after each commit, fetch and push. */
function withoutMaintenance(): Record<string, string> {
  const settings = ['gc.auto=0', 'maintenance.auto=false', 'receive.autogc=false'].map(one => one.split('='));
  const pairs = settings.flatMap(([key = '', value = ''], at) => [
    [`GIT_CONFIG_KEY_${at}`, key],
    [`GIT_CONFIG_VALUE_${at}`, value],
  ]);
  return Object.fromEntries([['GIT_CONFIG_COUNT', `${settings.length}`], ...pairs]);
}
