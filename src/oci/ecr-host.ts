/** A private registry of Amazon ECR, as its host names it. */
export interface EcrHost {
  readonly account: string;
  readonly region: string;
  /** The host of its API. */
  readonly api: string;
}

/** With FIPS endpoints, the Chinese partition, and the dual-stack names of both. */
const HOST =
  /^(\d{12})\.dkr[.-]ecr(-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com|on\.aws|(amazonaws\.com\.cn|on\.amazonwebservices\.com\.cn))$/;

/** Reads a registry's host; `undefined` if it is none of Amazon ECR's. https://docs.aws.amazon.com/general/latest/gr/ecr.html */
export function ecrHost(host: string): EcrHost | undefined {
  const [, account, fips, region, china] = HOST.exec(host) ?? [];
  if (account === undefined || region === undefined) return undefined;
  const name = fips === undefined ? `api.ecr.${region}` : `ecr-fips.${region}`;
  return { account, region, api: `${name}.amazonaws.com${china === undefined ? '' : '.cn'}` };
}
