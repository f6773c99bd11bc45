import type { Environment } from '../environments/environments.ts';
import type { Finding } from './check.ts';

/** How the CI's environment of the same name is protected, as a forge answers. */
interface Protection {
  readonly asksPeople: boolean;
  readonly againstSelf: string | undefined;
  readonly waitsFor: readonly string[];
}

/** Whether anything is approved by the CI's protected environment, in a promotion or a rollback. */
export function needsProtection({ gates, rollback }: Environment): boolean {
  return [gates.approval, rollback?.approval].some(approval => approval?.by === 'environment');
}

/** What the protection of the CI's environment lacks for `by: environment`. */
export function checkProtection(name: string, found: Protection | undefined): readonly Finding[] {
  if (found === undefined) {
    const message = `\`by: environment\`, and no protection of the CI's environment ${name} can be read: without one nobody is asked`;
    return [{ severity: 'warning', subject: name, message, hint: `protect ${name} with required reviewers` }];
  }
  const { asksPeople, againstSelf, waitsFor } = found;
  if (!asksPeople) {
    const only = waitsFor.length === 0 ? '' : `, only a job waits for ${waitsFor.join(' and ')}`;
    const message = `\`by: environment\`, and the CI's environment ${name} asks no person${only}: its gate stays closed`;
    const hint = `add required reviewers to ${name}, or write another \`by\``;
    return [{ severity: 'error', subject: name, message, hint }];
  }
  if (againstSelf === undefined) return [];
  const message = `whoever starts a run may let it into the CI's environment ${name}; promote does not count that, and another run has to follow`;
  return [{ severity: 'warning', subject: name, message, hint: againstSelf }];
}
