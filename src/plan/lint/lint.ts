import type { Environment, Environments } from '../../environments/environments.ts';
import { ownsFile } from '../../environments/locate.ts';
import type { Finding } from '../check.ts';
import { type LintedPin, readWorld } from './read.ts';
import { LINT_RULES } from './rules.ts';

type Place = NonNullable<Finding['place']>;

/** What lint found, and the pins that it could fix. */
export interface Linted {
  readonly findings: readonly Finding[];
  readonly unpinned: readonly UnpinnedPin[];
}

/** A pin whose digest a registry can tell. */
export interface UnpinnedPin {
  readonly finding: Finding;
  readonly pin: LintedPin;
}

/**
 * Lints the files of a working tree, by path. Files of environments in other repositories are listed as not
 * checked.
 */
export function lint(
  environments: Environments,
  files: ReadonlyMap<string, string>,
  isHere: (repository: string) => boolean = () => false,
): Linted {
  const linted = environments.environments.map(environment =>
    lintEnvironment(environments, environment, files, isHere),
  );
  return {
    findings: linted.flatMap(({ findings }) => findings),
    unpinned: linted.flatMap(({ unpinned }) => unpinned),
  };
}

function lintEnvironment(
  environments: Environments,
  environment: Environment,
  files: ReadonlyMap<string, string>,
  isHere: (repository: string) => boolean,
): Linted {
  const { name: subject, deployment } = environment;
  if (deployment.repository !== undefined && !isHere(deployment.repository)) {
    const message = 'not linted: its files are in another repository';
    const hint = 'run promote check --lint in a checkout of it, and name this file with --file';
    return { findings: [{ severity: 'note', subject, message, hint, unchecked: true }], unpinned: [] };
  }
  const texts = new Map([...files].filter(([path]) => ownsFile(environment, path)));
  const world = readWorld(environments, environment, texts);
  const unpinned: UnpinnedPin[] = [];
  const findings = LINT_RULES.flatMap(({ name: rule, severity, find }) =>
    find(world).map(({ place, message, hint, pin }) => {
      const { file, line, column } = place;
      const finding = {
        severity,
        subject,
        message: `${file}:${line}:${column}: ${message}`,
        hint,
        rule,
        place,
      } as const;
      if (pin !== undefined) unpinned.push({ finding, pin });
      return finding;
    }),
  );
  const inOrder = findings.toSorted((one, other) => comparePlaces(one.place, other.place));
  return { findings: [...inOrder, ...notRead(subject, world.unread)], unpinned };
}

/** Orders by file, line and column; findings at one place stay in the order of the rules. */
function comparePlaces(one: Place, other: Place): number {
  if (one.file !== other.file) return one.file < other.file ? -1 : 1;
  return one.line - other.line || one.column - other.column;
}

function notRead(subject: string, unread: readonly string[]): readonly Finding[] {
  if (unread.length === 0) return [];
  const [shown, more] = [unread.slice(0, MOST_SHOWN), unread.length - MOST_SHOWN];
  const message = `not linted, since their form is not understood: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return [{ severity: 'note', subject, message, unchecked: true }];
}

const MOST_SHOWN = 10;
