import type { Environment, Environments } from '../environments/environments.ts';
import { ownsFile } from '../environments/locate.ts';
import { PromoteError } from '../errors.ts';
import { readBases } from '../pins/together/kustomize-files.ts';
import { checkEdits, checkFiles, checkImages, checkKeys, checkMentions, type Finding } from './check.ts';
import { checkHolds, type HoldsAt } from './check-holds.ts';
import { checkPullSecrets } from './check-pull-secrets.ts';
import { checkRuleFiles, checkRules } from './check-rules.ts';
import { imageMentions, imagePins, impliedBy } from './image-pins.ts';
import type { ImagePin } from './snapshot.ts';
import { isVariables } from './variable-files.ts';

/**
 * Checks an environments file against the files of a working tree, by path, without any network. What only
 * another repository, a forge or a registry knows is listed as not checked.
 */
export async function checkOffline(
  environments: Environments,
  files: ReadonlyMap<string, string>,
  holdsOf: (environment: Environment) => HoldsAt,
): Promise<readonly Finding[]> {
  const local = environments.environments.filter(({ deployment }) => deployment.repository === undefined);
  const elsewhere = environments.environments.filter(environment => !local.includes(environment));
  const checked = await Promise.all(
    local.map(environment => checkTexts(environments, environment, files, holdsOf(environment))),
  );
  const pins = checked.flatMap(entry => entry.pins ?? []);
  const isWhole = elsewhere.length === 0 && checked.every(entry => entry.pins !== undefined);
  return [
    ...checked.flatMap(({ findings }) => findings),
    ...(isWhole
      ? [...checkRuleFiles(environments, [...files.keys()]), ...checkImages(environments, pins)]
      : []),
    ...checkKeys(environments),
    ...elsewhere.map(({ name }) => notChecked(name, 'its files, which are in another repository')),
    ...environments.environments.map(({ name, signing }) =>
      notChecked(
        name,
        `what its branch asks for${signing === undefined ? ', and its registries' : ', its registries, and its key'}`,
      ),
    ),
  ];
}

async function checkTexts(
  environments: Environments,
  environment: Environment,
  files: ReadonlyMap<string, string>,
  holds: HoldsAt,
): Promise<{ readonly findings: readonly Finding[]; readonly pins?: readonly ImagePin[] }> {
  const pick = (isWanted: (path: string) => boolean) =>
    new Map([...files].filter(([path]) => isWanted(path)));
  const texts = pick(path => ownsFile(environment, path));
  try {
    const bases = await readBases(texts, async isWanted => pick(isWanted));
    const variables = pick(path => !texts.has(path) && isVariables(path, texts.keys(), () => true));
    const implied = impliedBy(environments, environment, texts, new Map([...variables, ...bases]));
    const whole = { ...environments, implied: implied.rules, entries: implied.entries };
    const pins = imagePins(whole, environment, texts);
    const findings = [
      ...checkFiles(environment, [...files.keys()], pins),
      ...checkMentions(environment, imageMentions(whole, environment, texts, implied)),
      ...checkRules(environments, texts),
      ...checkEdits(whole, environment, texts, pins),
      ...checkPullSecrets(environments, environment, texts),
      ...checkHolds(environment, pins, holds),
    ];
    return { findings, pins };
  } catch (error) {
    if (!(error instanceof PromoteError)) throw error;
    const { message, hint } = error;
    return { findings: [{ severity: 'error', subject: environment.name, message, hint }] };
  }
}

function notChecked(subject: string, what: string): Finding {
  return {
    severity: 'note',
    subject,
    message: `not checked: ${what}`,
    hint: 'leave --offline out',
    unchecked: true,
  };
}
