import packageJson from '../../package.json' with { type: 'json' };
import { issuePlaces, keepIssues } from '../commands/vulnerabilities/keep-issue.ts';
import { surveyVulnerabilities } from '../commands/vulnerabilities/survey.ts';
import { PromoteError } from '../errors.ts';
import { commandOn } from '../plan/invocation.ts';
import type { Format } from '../reports/render.ts';
import { vulnerabilitiesReport } from '../reports/vulnerabilities/report.ts';
import { surveySarif } from '../reports/vulnerabilities/sarif.ts';
import { isHealthy, isWhole } from '../reports/vulnerabilities/survey.ts';
import { withEffects } from './effects.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';
import { assertMayWrite } from './may-write.ts';
import { print } from './print.ts';
import { namedFile } from './program/options.ts';

/** The options of `promote vulnerabilities`. */
interface VulnerabilitiesOptions {
  readonly file: string;
  readonly format: Format | 'sarif';
  readonly exitCode: boolean;
  readonly openIssue: boolean;
  readonly public: boolean;
}

/** `promote vulnerabilities [environment…]` */
export async function vulnerabilities(
  io: Io,
  names: readonly string[],
  options: VulnerabilitiesOptions,
): Promise<number> {
  const { file, format, exitCode, openIssue } = options;
  assertSensible(names, options);
  if (openIssue) await assertMayWrite(io);
  return await withEffects(io, file, async (effects, environments) => {
    // Checks the repositories of issues first, since the survey takes long.
    const places = openIssue ? await issuePlaces(effects, environments, options.public) : undefined;
    const survey = await surveyVulnerabilities(effects, environments, names);
    const issues = places && (await keepIssues(places, survey));
    if (format === 'sarif') {
      io.stdout.write(`${JSON.stringify(surveySarif(survey, packageJson.version), null, 2)}\n`);
      for (const { name, failures } of survey.environments)
        for (const { message } of failures) effects.log(`${name}: ${message}`);
    } else print(io, vulnerabilitiesReport(survey, issues), format);
    if (!isWhole(survey)) return EXIT.failed;
    return exitCode && !isHealthy(survey) ? EXIT.closed : EXIT.done;
  });
}

function assertSensible(names: readonly string[], options: VulnerabilitiesOptions): void {
  if (options.public && !options.openIssue) {
    throw new PromoteError('USAGE', '--public is an option of --open-issue', {
      hint: commandOn(namedFile(options.file), 'vulnerabilities', '--open-issue', '--public'),
    });
  }
  if (options.openIssue && names.length > 0) {
    const message = '--open-issue keeps one issue of all environments, and some are named';
    throw new PromoteError('USAGE', message, {
      hint: commandOn(namedFile(options.file), 'vulnerabilities', '--open-issue'),
    });
  }
}
