import { type AuthClient, GoogleAuth } from 'google-auth-library';
import { createFetch } from '../fetch.ts';
import type { Http } from '../http.ts';
import { withoutWarnings } from './without-warnings.ts';

/** The most bytes of an answer; a token has a few thousand. */
const MOST_BYTES = 1024 * 1024;

/**
 * Google's application default credentials, whose requests are sent by our HTTP client. Throws what the
 * library throws, which may hold tokens.
 */
export async function googleClient(
  http: Http,
  options: { readonly scopes: string; readonly projectId: string },
): Promise<AuthClient> {
  const fetch = createFetch(http, 'log in to Google Cloud', { whole: () => MOST_BYTES });
  const auth = new GoogleAuth({
    ...options,
    clientOptions: {
      transporterOptions: {
        fetchImplementation: async (url, { method, headers, body } = {}) =>
          await fetch(`${url}`, {
            method,
            headers: Object.fromEntries(new Headers(headers)),
            body: body == null ? undefined : `${body}`,
          }),
      },
    },
  });
  // The library warns if something other than a Google machine answers.
  const client = await withoutWarnings('MetadataLookupWarning', () => auth.getClient());
  // The library exchanges a foreign identity's token by a connection of its own.
  const { stsCredential } = Object(client);
  if (stsCredential) stsCredential.transporter = client.transporter;
  return client;
}
