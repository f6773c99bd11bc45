import type { Environments } from '../environments/environments.ts';
import { editTexts } from '../plan/edit-texts.ts';
import type { EnvironmentPlan } from './plan-environment.ts';

/** A deployment file before and after the promotions that were planned. */
export interface FileChange {
  readonly before: string;
  readonly after: string;
}

/** What a plan would change in Git, by path. */
export function fileChanges(
  environments: Environments,
  { groups, files }: EnvironmentPlan,
): ReadonlyMap<string, FileChange> {
  const members = groups.flatMap(group => ('plan' in group ? group.members : []));
  const edited = editTexts(environments, files.texts, members);
  if (edited.kind === 'changed') return new Map();
  const changes = [...edited.files].map(([path, after]) => {
    const before = files.texts.get(path) ?? '';
    return [path, { before, after }] as const;
  });
  return new Map(changes);
}
