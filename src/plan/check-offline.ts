import type { Environment, Environments } from '../environments/environments.ts';
import { ownsFile } from '../environments/locate.ts';
import { PromoteError } from '../errors.ts';
import { checkEdits, checkFiles, checkImages, checkKeys, checkMentions, type Finding } from './check.ts';
import { checkRuleFiles, checkRules } from './check-rules.ts';
import { imageMentions, imagePins } from './image-pins.ts';
import type { ImagePin } from './snapshot.ts';

/**
 * Holds an environments file against the files of a working tree, by path, without asking anybody. What only a
 * repository elsewhere, a forge or a registry can tell is named as not checked.
 */
export function checkOffline(
  environments: Environments,
  files: ReadonlyMap<string, string>,
): readonly Finding[] {
  const local = environments.environments.filter(({ deployment }) => deployment.repository === undefined);
  const elsewhere = environments.environments.filter(environment => !local.includes(environment));
  const checked = local.map(environment => checkTexts(environments, environment, files));
  const pins = checked.flatMap(entry => entry.pins ?? []);
  const isWhole = elsewhere.length === 0 && checked.every(entry => entry.pins !== undefined);
  return [
    ...checked.flatMap(({ findings }) => findings),
    ...(isWhole
      ? [...checkRuleFiles(environments, [...files.keys()]), ...checkImages(environments, pins)]
      : []),
    ...checkKeys(environments),
    ...elsewhere.map(({ name }) => notChecked(name, 'its files, which are in another repository')),
    ...environments.environments.map(({ name }) =>
      notChecked(name, 'what its branch asks for, and its registries'),
    ),
  ];
}

function checkTexts(
  environments: Environments,
  environment: Environment,
  files: ReadonlyMap<string, string>,
): { readonly findings: readonly Finding[]; readonly pins?: readonly ImagePin[] } {
  const texts = new Map([...files].filter(([path]) => ownsFile(environment, path)));
  try {
    const pins = imagePins(environments, environment, texts);
    const findings = [
      ...checkFiles(environment, [...files.keys()], pins),
      ...checkMentions(environment, imageMentions(environments, environment, texts)),
      ...checkRules(environments, texts),
      ...checkEdits(environments, environment, texts, pins),
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
