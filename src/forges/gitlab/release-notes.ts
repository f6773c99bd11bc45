import { z } from 'zod';
import type { ReleaseNotes } from '../source-changes.ts';
import { type GitLab, isUnseen } from './gitlab.ts';

const RELEASE = z.object({
  description: z.string().nullish(),
  _links: z.object({ self: z.string().nullish() }).nullish(),
});

/**
 * The release notes of a tag in any project of the instance; `undefined` where none can be seen.
 * https://docs.gitlab.com/api/releases/#get-a-release-by-a-tag-name
 */
export async function releaseNotes(
  gitlab: GitLab,
  project: string,
  tag: string,
): Promise<ReleaseNotes | undefined> {
  const path = `projects/${encodeURIComponent(project)}/releases/${encodeURIComponent(tag)}`;
  try {
    const asked = { doing: `read the release ${tag} of ${project}`, of: 'instance', path } as const;
    const { description, _links: links } = await gitlab.ask(asked, RELEASE);
    return { url: links?.self ?? undefined, text: description ?? '' };
  } catch (error) {
    if (isUnseen(error)) return undefined;
    throw error;
  }
}
