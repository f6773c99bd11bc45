import { REBUILD_TOKENS, type Rebuild } from '../rebuild.ts';
import type { WrittenImage } from '../schema/environments.ts';

/** Where an image's builds are started, with its defaults. */
export function normaliseRebuild(written: WrittenImage['rebuild']): Rebuild | undefined {
  if (written === undefined) return undefined;
  const { github, event = '', gitlab = '', ref = '', token, when = 'superseded' } = written;
  const forge = github === undefined ? 'gitlab' : 'github';
  const { server, variable } = REBUILD_TOKENS[forge];
  const common = {
    repository: addressOf(github ?? gitlab, server),
    token: token ?? `env://${variable}`,
    when,
  };
  return forge === 'github' ? { forge, event, ...common } : { forge, ref, ...common };
}

function addressOf(place: string, server: string): string {
  const address = place.includes('://') ? place : `${server}/${place}`;
  return address.replace(/\.git$/, '');
}
