import { readFile } from 'node:fs/promises';
import { reasonOf } from '../../../errors.ts';
import { askCloud, type CloudLogin, type CloudPlace, refusedLogin } from './place.ts';

const CLOUD = 'IBM Cloud';
const IAM = 'https://iam.cloud.ibm.com/identity/token';
const HINT =
  'set IBMCLOUD_API_KEY, or IBMCLOUD_CR_TOKEN with IBMCLOUD_CR_PROFILE, as for the ibmcloud command';
const HOUR = 3_600_000;

/**
 * Logs in to IBM's registry with the variables that IBM's command takes; `undefined` where there are none.
 * They name an API key, or a trusted profile with the token of a compute resource. A value that begins with @
 * names a file. https://cloud.ibm.com/docs/Registry?topic=Registry-registry_access
 */
export async function ibmLogin(place: CloudPlace): Promise<CloudLogin | undefined> {
  const { IBMCLOUD_API_KEY, IBMCLOUD_CR_TOKEN, IBMCLOUD_CR_PROFILE } = place.variables;
  if (IBMCLOUD_API_KEY) {
    const password = await readValue(place, 'IBMCLOUD_API_KEY', IBMCLOUD_API_KEY);
    const identity = "IBM's iamapikey (IBMCLOUD_API_KEY)";
    return {
      credential: { kind: 'basic', username: 'iamapikey', password, identity },
      until: place.now() + HOUR,
    };
  }
  if (!IBMCLOUD_CR_TOKEN || !IBMCLOUD_CR_PROFILE) return undefined;
  const form = new URLSearchParams({
    grant_type: 'urn:ibm:params:oauth:grant-type:cr-token',
    cr_token: await readValue(place, 'IBMCLOUD_CR_TOKEN', IBMCLOUD_CR_TOKEN),
    [profileKey(IBMCLOUD_CR_PROFILE)]: IBMCLOUD_CR_PROFILE,
  });
  const { access_token: password, expires_in: seconds } = await askCloud(place, {
    cloud: CLOUD,
    hint: HINT,
    method: 'POST',
    url: new URL(IAM),
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: form.toString(),
  });
  if (typeof password !== 'string') throw refusedLogin(CLOUD, 'it gave no token', 'run it again');
  place.onSecret(password);
  const identity = `IBM's trusted profile ${IBMCLOUD_CR_PROFILE}`;
  const lifetime = typeof seconds === 'number' ? seconds * 1000 : HOUR;
  return {
    credential: { kind: 'basic', username: 'iambearer', password, identity },
    until: place.now() + lifetime,
  };
}

function profileKey(profile: string): string {
  if (profile.startsWith('crn:')) return 'profile_crn';
  return profile.startsWith('Profile-') ? 'profile_id' : 'profile_name';
}

async function readValue({ onSecret }: CloudPlace, name: string, written: string): Promise<string> {
  const value = written.startsWith('@') ? await fileOf(name, written.slice(1)) : written;
  onSecret(value);
  return value;
}

async function fileOf(name: string, path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(cause => {
    throw refusedLogin(CLOUD, `${name} names ${path}, which cannot be read: ${reasonOf(cause).text}`, HINT);
  });
  return text.trim();
}
