import { readFile } from 'node:fs/promises';
import { reasonOf } from '../../../errors.ts';
import { askCloud, type CloudAnswer, type CloudLogin, type CloudPlace, refusedLogin } from './place.ts';

const CLOUD = 'IBM Cloud';
const IAM = 'https://iam.cloud.ibm.com/identity/token';
const HINT =
  'set IBMCLOUD_API_KEY, or IBMCLOUD_CR_PROFILE with IBMCLOUD_CR_TOKEN or on a virtual server, as for the ibmcloud command';
const METADATA = 'http://169.254.169.254';
const VERSION = '2022-03-01';
const JSON_TYPE = 'application/json';
const HOUR = 3_600_000;

/**
 * Logs in to IBM's registry with the variables that IBM's command takes; `undefined` where there are none.
 * They name an API key, or a trusted profile with the token of a compute resource. Without a token, that of a
 * virtual server is asked for. A value that begins with @ names a file. https://cloud.ibm.com/docs/Registry?topic=Registry-registry_access
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
  if (!IBMCLOUD_CR_PROFILE) return undefined;
  const given = IBMCLOUD_CR_TOKEN
    ? await profileToken(place, IBMCLOUD_CR_TOKEN, IBMCLOUD_CR_PROFILE)
    : await instanceToken(place, IBMCLOUD_CR_PROFILE);
  const { access_token: password, expires_in: seconds } = given;
  if (typeof password !== 'string') throw refusedLogin(CLOUD, 'it gave no token', 'run it again');
  place.onSecret(password);
  const identity = `IBM's trusted profile ${IBMCLOUD_CR_PROFILE}`;
  const lifetime = typeof seconds === 'number' ? seconds * 1000 : HOUR;
  return {
    credential: { kind: 'basic', username: 'iambearer', password, identity },
    until: place.now() + lifetime,
  };
}

async function profileToken(place: CloudPlace, token: string, profile: string): Promise<CloudAnswer> {
  const form = new URLSearchParams({
    grant_type: 'urn:ibm:params:oauth:grant-type:cr-token',
    cr_token: await readValue(place, 'IBMCLOUD_CR_TOKEN', token),
    [profileKey(profile)]: profile,
  });
  return await askCloud(place, {
    cloud: CLOUD,
    hint: HINT,
    method: 'POST',
    url: new URL(IAM),
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: JSON_TYPE },
    body: form.toString(),
  });
}

/**
 * A virtual server's token for a trusted profile, by its ID or CRN. IBM's command takes another address of the
 * metadata service from the variable. https://cloud.ibm.com/apidocs/vpc-metadata
 */
async function instanceToken(place: CloudPlace, profile: string): Promise<CloudAnswer> {
  const kind = profileKey(profile);
  if (kind === 'profile_name')
    throw refusedLogin(CLOUD, 'a virtual server wants the profile by its ID or CRN', HINT);
  const ask = async (path: string, headers: Readonly<Record<string, string>>, body: object) => {
    const base = place.variables.IBMCLOUD_CR_VPC_URL || METADATA;
    const url = new URL(`${base}/instance_identity/v1/${path}?version=${VERSION}`);
    return await askCloud(place, {
      cloud: CLOUD,
      hint: HINT,
      method: path === 'token' ? 'PUT' : 'POST',
      url,
      headers: { ...headers, 'content-type': JSON_TYPE, accept: JSON_TYPE },
      body: JSON.stringify(body),
    });
  };
  const { access_token: own } = await ask('token', { 'metadata-flavor': 'ibm' }, { expires_in: 300 });
  if (typeof own !== 'string') throw refusedLogin(CLOUD, 'its metadata service gave no token', HINT);
  place.onSecret(own);
  const named = { [kind === 'profile_crn' ? 'crn' : 'id']: profile };
  return await ask('iam_token', { authorization: `Bearer ${own}` }, { trusted_profile: named });
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
