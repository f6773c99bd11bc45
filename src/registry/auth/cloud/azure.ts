import { ClientAssertionCredential, DefaultAzureCredential, type TokenCredential } from '@azure/identity';
import { PromoteError, rethrowDefect } from '../../../errors.ts';
import { azureClient } from '../../../http/clouds/azure-client.ts';
import {
  askCloud,
  type CloudLogin,
  type CloudPlace,
  claimOf,
  endOf,
  githubToken,
  refusedLogin,
} from './place.ts';

const CLOUD = 'Azure';
const SCOPE = 'https://containerregistry.azure.net/.default';
const AUDIENCE = 'api://AzureADTokenExchange';
const HINT =
  'set AZURE_TENANT_ID and AZURE_CLIENT_ID, with AZURE_CLIENT_SECRET or AZURE_FEDERATED_TOKEN_FILE; the identity needs AcrPull or AcrPush';
const HOUR = 3_600_000;

/**
 * Logs in to a registry of Azure with the identity that Azure's own libraries find; `undefined` where there
 * is none. In GitHub Actions `AZURE_CLIENT_ID` and `AZURE_TENANT_ID` suffice.
 * https://azure.github.io/acr/AAD-OAuth.html
 */
export async function azureLogin(place: CloudPlace, host: string): Promise<CloudLogin | undefined> {
  const token = await tokenOf(place);
  if (token === undefined) return undefined;
  place.onSecret(token);
  const tenant = claimOf(token, 'tid');
  const form = new URLSearchParams({
    grant_type: 'access_token',
    service: host,
    ...(typeof tenant === 'string' && { tenant }),
    access_token: token,
  });
  const { refresh_token: given } = await askCloud(place, {
    cloud: CLOUD,
    hint: HINT,
    method: 'POST',
    url: new URL(`https://${host}/oauth2/exchange`),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  });
  if (typeof given !== 'string') throw refusedLogin(CLOUD, `${host} gave no login`, 'run it again');
  place.onSecret(given);
  const who = ['upn', 'appid', 'oid']
    .map(name => claimOf(token, name))
    .find(each => typeof each === 'string');
  const identity = who === undefined ? 'an identity of Azure' : `Azure ${who}`;
  return {
    credential: { kind: 'identity-token', token: given, identity },
    until: endOf(given, place.now() + HOUR),
  };
}

async function tokenOf(place: CloudPlace): Promise<string | undefined> {
  const { signal } = place;
  try {
    const abortSignal = signal === undefined ? {} : { abortSignal: signal };
    return (await credentialOf(place).getToken(SCOPE, abortSignal))?.token;
  } catch (error) {
    rethrowDefect(error);
    if (error instanceof PromoteError) throw error;
    // The library's errors contain the sent tokens, so only Microsoft's error number is kept.
    const [code] = /AADSTS\d+/.exec(error instanceof Error ? error.message : '') ?? [];
    if (code === undefined) return undefined;
    throw refusedLogin(CLOUD, `Azure refuses the identity (${code})`, HINT);
  }
}

function credentialOf(place: CloudPlace): TokenCredential {
  const options = { httpClient: azureClient(place.http) };
  const { AZURE_TENANT_ID, AZURE_CLIENT_ID, ACTIONS_ID_TOKEN_REQUEST_URL, ...others } = place.variables;
  const hasOwn = others.AZURE_CLIENT_SECRET || others.AZURE_FEDERATED_TOKEN_FILE;
  if (!AZURE_TENANT_ID || !AZURE_CLIENT_ID || !ACTIONS_ID_TOKEN_REQUEST_URL || hasOwn)
    return new DefaultAzureCredential(options);
  const assertion = async () => (await githubToken(place, AUDIENCE)) ?? '';
  return new ClientAssertionCredential(AZURE_TENANT_ID, AZURE_CLIENT_ID, assertion, options);
}
