import { expect } from 'vitest';
import { AWS_LOGIN } from '../servers/aws-kms.ts';
import { AZURE_CLIENT, AZURE_SECRET, AZURE_TENANT } from '../servers/azure-vault.ts';
import { ACR, ECR, OCIR, ORACLE, PASSWORD, startCloudRegistries } from '../servers/cloud-registries.ts';
import { GOOGLE_TOKEN, startGoogleKms } from '../servers/google-kms.ts';
import { keyPlace } from '../signing/kms/place.ts';

// biome-ignore lint/suspicious/noExplicitAny: what a bundle exports has no types.
type Module = any;

/** A machine with the variables of a cloud, and its login services. */
async function machine(
  variables: Readonly<Record<string, string>>,
  hosts?: Readonly<Record<string, string>>,
) {
  const clouds = hosts ?? (await startCloudRegistries()).hosts;
  return { ...keyPlace(clouds, variables), variables, now: Date.now };
}

/** Each cloud's login as it ships, with all of its maker's library, at the server that speaks its protocol. */
export const LOGIN_CALLS: Readonly<Record<string, Readonly<Record<string, (module: Module) => unknown>>>> = {
  'src/registry/auth/credentials-helper.ts': {
    askHelper: async ({ askHelper }) =>
      expect(
        await askHelper({ name: 'none', registry: 'a', isRequired: false, variables: { PATH: '/nowhere' } }),
      ).toBeUndefined(),
  },
  'src/registry/auth/cloud/logins.ts': {
    async createCloudLogins({ createCloudLogins }) {
      const logins = createCloudLogins(await machine({ IBMCLOUD_API_KEY: PASSWORD }));
      expect(await logins('de.icr.io')).toMatchObject({ username: 'iamapikey' });
    },
  },
  'src/registry/auth/cloud/ecr.ts': {
    async ecrLogin({ ecrLogin }) {
      const place = await machine({
        AWS_ACCESS_KEY_ID: AWS_LOGIN.id,
        AWS_SECRET_ACCESS_KEY: AWS_LOGIN.secret,
        AWS_SESSION_TOKEN: AWS_LOGIN.token,
      });
      expect(await ecrLogin(place, ECR)).toMatchObject({ credential: { password: PASSWORD } });
    },
  },
  'src/registry/auth/cloud/google.ts': {
    async googleLogin({ googleLogin }) {
      const { url, hosts } = await startGoogleKms([]);
      const env = { GCE_METADATA_HOST: new URL(url).host, METADATA_SERVER_DETECTION: 'assume-present' };
      const login = await googleLogin(await machine(env, hosts));
      expect(login).toMatchObject({ credential: { password: GOOGLE_TOKEN } });
    },
  },
  'src/registry/auth/cloud/azure.ts': {
    async azureLogin({ azureLogin }) {
      const place = await machine({
        AZURE_TENANT_ID: AZURE_TENANT,
        AZURE_CLIENT_ID: AZURE_CLIENT,
        AZURE_CLIENT_SECRET: AZURE_SECRET,
      });
      expect(await azureLogin(place, ACR)).toMatchObject({ credential: { token: PASSWORD } });
    },
  },
  'src/registry/auth/cloud/oracle-instance.ts': {
    async instanceKey({ instanceKey }) {
      const key = await instanceKey(await machine({}));
      expect(key).toMatchObject({
        id: expect.stringContaining('ST$'),
        identity: "Oracle's instance principal",
      });
    },
  },
  'src/registry/auth/cloud/oracle.ts': {
    async oracleLogin({ oracleLogin }) {
      const pem = `${ORACLE.privateKey.export({ type: 'pkcs8', format: 'pem' })}`;
      const place = await machine({
        OCI_RESOURCE_PRINCIPAL_RPST: ORACLE.session,
        OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM: pem,
      });
      expect(await oracleLogin(place, OCIR)).toMatchObject({ credential: { password: PASSWORD } });
    },
  },
  'src/registry/auth/cloud/ibm.ts': {
    async ibmLogin({ ibmLogin }) {
      const login = await ibmLogin(await machine({ IBMCLOUD_API_KEY: PASSWORD }));
      expect(login).toMatchObject({ credential: { password: PASSWORD } });
    },
  },
};
