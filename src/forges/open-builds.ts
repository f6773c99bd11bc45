import type { Builds, BuildsSettings } from './builds.ts';

/** A repository whose builds are started. */
export type BuildsPlace = { readonly repository: string } & (
  | { readonly forge: 'github'; readonly event: string }
  | { readonly forge: 'gitlab'; readonly ref: string }
);

/** Opens the builds of a repository; sends no request. */
export async function openBuilds(place: BuildsPlace, settings: BuildsSettings): Promise<Builds> {
  const url = new URL(place.repository);
  switch (place.forge) {
    case 'github':
      return (await import('./github/builds.ts')).openGitHubBuilds(url, place.event, settings);
    case 'gitlab':
      return (await import('./gitlab/builds.ts')).openGitLabBuilds(url, place.ref, settings);
  }
}
