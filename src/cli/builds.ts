import type { Rebuild } from '../environments/rebuild.ts';
import { PromoteError } from '../errors.ts';
import type { Builds } from '../forges/builds.ts';
import { openBuilds } from '../forges/open-builds.ts';
import type { Http } from '../http/http.ts';
import { neutralise } from '../reports/neutralise.ts';
import type { Io } from './io.ts';

/** Opens the builds of an image's repository with the token that is meant for them. */
export async function openRebuilds(
  { env, secrets, notice, stderr, signal }: Io,
  http: Http,
  rebuild: Rebuild,
  since: Date,
): Promise<Builds> {
  const name = rebuild.token.slice('env://'.length);
  const token = env[name]?.trim();
  if (!token) {
    const rights = RIGHTS[rebuild.forge];
    throw new PromoteError(
      'UNAUTHORIZED',
      `${rebuild.repository}: ${name} is not set, so no build is started`,
      {
        hint: `set ${name} to a token for that repository alone, with ${rights}`,
        isAbsent: true,
      },
    );
  }
  secrets?.add([token]);
  const log = (text: string) => stderr.write(`${neutralise(text)}\n`);
  return await openBuilds(rebuild, { env, http, token, since, notice: notice ?? log, log, signal });
}

const RIGHTS = {
  github: 'contents: write and actions: read',
  gitlab: 'the scope api and the role Developer',
} as const;
