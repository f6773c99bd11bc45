import type { Environment, Environments, RegistryTarget } from '../environments/environments.ts';
import { commandOn } from './invocation.ts';

/** What is still possible where one registry of an environment with a backup fails; the message names it. */
export function outageAdvice(
  environments: Pick<Environments, 'file'>,
  { name, registries }: Pick<Environment, 'name' | 'registries'>,
  message: string,
): string | undefined {
  const backup = registries.find(({ isBackup }) => isBackup === true);
  if (backup === undefined) return undefined;
  if (registries.some(registry => registry.isBackup !== true && isNamed(registry, message))) {
    const verify = commandOn(environments, 'verify', name, '--registry', 'backup');
    return `no pin was changed, and what ${name} pins is in its backup ${backup.push}: ${verify}`;
  }
  return isNamed(backup, message)
    ? `no pin was changed; to promote without a copy in the backup, take \`backup\` of ${name} out of the environments file until it answers`
    : undefined;
}

function isNamed({ push }: RegistryTarget, message: string): boolean {
  const [place = push] = push.split('{');
  return message.includes(place);
}
