import { z } from 'zod';
import type { ReleaseNotes } from '../source-changes.ts';
import { type Forgejo, inPath, isUnseen } from './forgejo.ts';

const RELEASE = z.object({ html_url: z.string().nullish(), body: z.string().nullish() });

/**
 * The release notes of a tag in any repository of this instance; `undefined` where none can be seen.
 * https://codeberg.org/api/swagger#/repository/repoGetReleaseByTag
 */
export async function releaseNotes(
  forgejo: Forgejo,
  repository: string,
  tag: string,
): Promise<ReleaseNotes | undefined> {
  const path = `repos/${inPath(repository)}/releases/tags/${inPath(tag)}`;
  try {
    const asked = { doing: `read the release ${tag} of ${repository}`, of: 'instance', path } as const;
    const { html_url: url, body } = await forgejo.ask(asked, RELEASE);
    return { url: url ?? undefined, text: body ?? '' };
  } catch (error) {
    if (isUnseen(error)) return undefined;
    throw error;
  }
}
