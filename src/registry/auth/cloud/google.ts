import { PromoteError, rethrowDefect } from '../../../errors.ts';
import { googleClient } from '../../../http/clouds/google-client.ts';
import { type CloudLogin, type CloudPlace, refusedLogin } from './place.ts';

const CLOUD = 'Google';
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const HINT =
  'name a credentials file in GOOGLE_APPLICATION_CREDENTIALS, or run gcloud auth application-default login';
/** The assumed lifetime in milliseconds of a token that does not say when it ends. */
const SHORTEST = 5 * 60_000;

/**
 * Logs in to Artifact Registry or Container Registry by Google's application default credentials. These are a file,
 * gcloud's login, workload identity or the machine's own account; `undefined` where there is none.
 * https://cloud.google.com/artifact-registry/docs/docker/authentication#token
 */
export async function googleLogin(place: CloudPlace): Promise<CloudLogin | undefined> {
  try {
    const client = await googleClient(place.http, { scopes: SCOPE, projectId: 'unknown' });
    const headers = await client.getRequestHeaders();
    const [, token] = /^Bearer (.+)$/.exec(headers.get('authorization') ?? '') ?? [];
    if (token === undefined) throw refusedLogin(CLOUD, 'it gave no token', HINT);
    place.onSecret(token);
    const { email, impersonatedUser } = Object(client);
    const who = [email, impersonatedUser].find(each => typeof each === 'string' && each !== '');
    const identity = who === undefined ? "Google's application default credentials" : `Google ${who}`;
    return {
      credential: { kind: 'basic', username: 'oauth2accesstoken', password: token, identity },
      until: client.credentials.expiry_date ?? place.now() + SHORTEST,
    };
  } catch (error) {
    rethrowDefect(error);
    if (error instanceof PromoteError) throw error;
    // The library's errors contain what was sent, tokens included.
    if (error instanceof Error && /default credentials/.test(error.message)) return undefined;
    throw refusedLogin(CLOUD, 'the identity that was given is refused', HINT);
  }
}
