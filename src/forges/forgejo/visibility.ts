import type { Visibility } from '../visibility.ts';
import type { Forgejo } from './forgejo.ts';
import type { HostedRepository } from './repository.ts';

/** Who may see the repository; Forgejo has no sites. `internal`: its owner is hidden from visitors. */
export async function visibility({ name }: Forgejo, hosted: HostedRepository): Promise<Visibility> {
  const facts = await hosted.facts();
  if (facts.private === true || facts.internal === true) return { kind: 'private' };
  if (facts.private === false) return { kind: 'public', what: `${name} is public` };
  const why = `Forgejo does not say who may see ${name}`;
  return { kind: 'unknown', why, hint: 'set PROMOTE_FORGEJO_TOKEN to an access token' };
}
