import { PromoteError } from '../../errors.ts';
import type { Http } from '../../http/http.ts';
import type { ScannedManifest, ServiceAnswer } from '../../images/service-scans.ts';
import { isLayout, registryOf } from '../../oci/reference.ts';
import { ask, login, textOf } from './service.ts';

const NOT_FOUND = 404;
const TYPES =
  'application/vnd.security.vulnerability.report; version=1.1, application/vnd.scanner.adapter.vuln.report.harbor+json; version=1.0';

/**
 * Asks Harbor for its report of the manifest with this digest. Harbor answers with an empty object if it has
 * not scanned the manifest. https://github.com/goharbor/harbor/blob/main/api/v2.0/swagger.yaml
 */
export async function askHarbor(
  http: Http,
  env: Readonly<Record<string, string | undefined>>,
  { repository, digest }: ScannedManifest,
): Promise<ServiceAnswer> {
  if (isLayout(repository)) {
    throw new PromoteError('CONFIGURATION', `ask Harbor for reports: ${repository} is in no registry`, {
      hint: 'take `harbor` out of gates.vulnerabilities.from',
    });
  }
  const host = registryOf(repository);
  const [project = '', ...path] = repository.slice(host.length + 1).split('/');
  // Harbor expects a slash in the repository's name to be encoded twice.
  const name = encodeURIComponent(encodeURIComponent(path.join('/')));
  const artifact = `projects/${encodeURIComponent(project)}/repositories/${name}/artifacts/${digest}`;
  const url = new URL(`${schemeOf(host)}://${host}/api/v2.0/${artifact}/additions/vulnerabilities`);
  const pair = `${login(env, 'HARBOR_USERNAME', 'Harbor')}:${login(env, 'HARBOR_PASSWORD', 'Harbor')}`;
  const answer = await ask(http, {
    operation: `ask Harbor for the report of ${repository}@${digest}`,
    method: 'GET',
    url,
    headers: {
      accept: 'application/json',
      authorization: `Basic ${Buffer.from(pair).toString('base64')}`,
      'x-accept-vulnerabilities': TYPES,
    },
  });
  const by = `Harbor at ${host}`;
  const hint = `have Harbor scan ${repository}`;
  if (answer.status === NOT_FOUND) return { kind: 'lacking', reason: `${by} does not have it`, hint };
  const text = textOf(answer, 'Harbor');
  if (text.trim() === '{}') return { kind: 'lacking', reason: `${by} has not scanned it`, hint };
  return { kind: 'report', text, by };
}

/** Only hosts on this machine use plain HTTP, as with registries. */
function schemeOf(host: string): string {
  return /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/.test(host) ? 'http' : 'https';
}
