import packageJson from '../../package.json' with { type: 'json' };
import { surveyVulnerabilities } from '../commands/vulnerabilities/survey.ts';
import type { Format } from '../reports/render.ts';
import { vulnerabilitiesReport } from '../reports/vulnerabilities/report.ts';
import { surveySarif } from '../reports/vulnerabilities/sarif.ts';
import { isHealthy, isWhole } from '../reports/vulnerabilities/survey.ts';
import { withEffects } from './effects.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';
import { print } from './print.ts';

/** `promote vulnerabilities [environment…]` */
export async function vulnerabilities(
  io: Io,
  names: readonly string[],
  options: {
    readonly file: string;
    readonly format: Format | 'sarif';
    readonly exitCode: boolean;
  },
): Promise<number> {
  const { file, format, exitCode } = options;
  return await withEffects(io, file, async (effects, environments) => {
    const survey = await surveyVulnerabilities(effects, environments, names);
    if (format === 'sarif')
      io.stdout.write(`${JSON.stringify(surveySarif(survey, packageJson.version), null, 2)}\n`);
    else print(io, vulnerabilitiesReport(survey), format);
    if (!isWhole(survey)) {
      for (const { name, failures } of survey.environments)
        for (const { message } of format === 'sarif' ? failures : []) effects.log(`${name}: ${message}`);
      return EXIT.failed;
    }
    return exitCode && !isHealthy(survey) ? EXIT.closed : EXIT.done;
  });
}
