import packageJson from '../../package.json' with { type: 'json' };
import { check as checkWorld } from '../commands/check.ts';
import type { Environment } from '../environments/environments.ts';
import { HOLDS_FILE } from '../environments/holds/holds.ts';
import { ownsFile } from '../environments/locate.ts';
import { PromoteError } from '../errors.ts';
import { holdFacts } from '../gates/hold.ts';
import type { Finding } from '../plan/check.ts';
import { checkOffline } from '../plan/check-offline.ts';
import { commandOn } from '../plan/invocation.ts';
import { isDotenv } from '../plan/variable-files.ts';
import { checkReport } from '../reports/check.ts';
import type { Format } from '../reports/render.ts';
import { sarif } from '../reports/sarif.ts';
import { withEffects } from './effects.ts';
import { loadEnvironments } from './environments-file.ts';
import { createExaminer } from './examiner.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';
import { lintTree } from './lint.ts';
import { print } from './print.ts';
import { namedFile } from './program/options.ts';
import { withoutLogin } from './without-login.ts';
import { readWorkingTree } from './working-tree.ts';

/** The options of `promote check`. */
interface CheckOptions {
  readonly file: string;
  readonly format: Format | 'sarif';
  readonly exitCode: boolean;
  readonly offline: boolean;
  readonly lint?: boolean | undefined;
  readonly fix?: boolean | undefined;
  readonly writeProbe?: boolean | undefined;
}

/** `promote check`. A file that is invalid in itself fails as a configuration error with all its problems. */
export async function check(io: Io, options: CheckOptions): Promise<number> {
  const { file, offline, lint, fix, writeProbe = false } = options;
  if (fix && (offline || !lint)) {
    throw new PromoteError(
      'USAGE',
      `--fix ${offline ? 'asks registries, and --offline nobody' : 'is an option of --lint'}`,
      {
        hint: commandOn(namedFile(file), 'check', '--lint', '--fix'),
      },
    );
  }
  if (writeProbe && offline) {
    throw new PromoteError('USAGE', '--write-probe asks registries, and --offline nobody', {
      hint: commandOn(namedFile(file), 'check', '--write-probe'),
    });
  }
  if (offline) return await checkTree(io, options);
  return await withEffects(io, file, async (effects, environments, opened) => {
    const examiner = createExaminer(io, opened, writeProbe);
    const findings = await checkWorld(effects, environments, examiner);
    const linted = lint ? await lintTree(io, { file, environments, fix: fix ? effects : undefined }) : [];
    return end(io, options, united(findings, linted));
  });
}

/** `promote check --offline`: checks the working tree alone. */
async function checkTree(io: Io, options: CheckOptions): Promise<number> {
  const { file, lint } = options;
  const noRepository = async () => {
    throw new PromoteError('USAGE', `--file ${withoutLogin(file)}: --offline reads the working tree alone`, {
      hint: 'name a file of the working tree, or leave --offline out',
    });
  };
  // CI's variables are left out, since with them the file would be read at a branch's head.
  const { environments, home } = await loadEnvironments({ ...io, env: {} }, file, noRepository);
  const decides = (path: string) =>
    environments.environments.some(known => ownsFile(known, path)) || mayDecideBeside(path);
  const files = await readWorkingTree(home ?? io.cwd, decides);
  const linted = lint ? await lintTree(io, { file, environments }) : [];
  const holdsOf = (environment: Environment) => ({
    held: holdFacts(environment, files.get(HOLDS_FILE)),
    now: new Date(),
    file: environments.file,
  });
  return end(io, options, united(await checkOffline(environments, files, holdsOf), linted));
}

/** Whether a file outside of all environments may decide an image with theirs: variables and bases may. */
function mayDecideBeside(path: string): boolean {
  return isDotenv(path) || /(?:\.ya?ml|\/Kustomization)$/.test(path);
}

/** Joins both lists. A problem that both report appears once, as lint reports it. */
function united(findings: readonly Finding[], linted: readonly Finding[]): readonly Finding[] {
  const said = new Set(linted.map(({ subject, message }) => `${subject} ${message}`));
  return [...findings.filter(({ subject, message }) => !said.has(`${subject} ${message}`)), ...linted];
}

/** Prints the findings and returns the exit code. */
function end(io: Io, { file, format, exitCode }: CheckOptions, findings: readonly Finding[]): number {
  const shown = withoutLogin(file);
  if (format === 'sarif')
    io.stdout.write(`${JSON.stringify(sarif(shown, findings, packageJson.version), null, 2)}\n`);
  else print(io, checkReport(shown, findings), format);
  if (findings.some(({ severity }) => severity === 'error')) return EXIT.usage;
  const isUnsound = ({ gate, rule, severity }: Finding) =>
    gate === 'hold' || (rule !== undefined && severity === 'warning');
  return exitCode && findings.some(isUnsound) ? EXIT.closed : EXIT.done;
}
