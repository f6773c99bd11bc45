import { z } from 'zod';
import type { ScanService } from '../../environments/gates/vulnerabilities.ts';
import { PromoteError, rethrowDefect } from '../../errors.ts';
import type { Http } from '../../http/http.ts';
import type { ScannedManifest, ServiceReport } from '../../images/service-scans.ts';
import { ask, login, textOf } from './service.ts';

const NOT_FOUND = 404;
const SERVICE = 'Dependency-Track';

const projectSchema = z.object({
  uuid: z.uuid(),
  version: z.string().nullish(),
  /** Milliseconds, as is the next one. */
  lastBomImport: z.number().nullish(),
  /**
   * From 4.13.0 on. The time of the metrics proves no analysis. Metrics are computed on a schedule of their
   * own, and keep their time while they do not change.
   */
  lastVulnerabilityAnalysis: z.number().nullish(),
});

/**
 * Asks Dependency-Track for the findings of the project whose version is the digest. There are none without a
 * bill of materials, or before it is analysed. Their time is that of the last analysis.
 * https://docs.dependencytrack.org/integrations/rest-api/
 */
export async function askDependencyTrack(
  http: Http,
  env: Readonly<Record<string, string | undefined>>,
  { url: server, project: template }: Extract<ScanService, { readonly kind: 'dependency-track' }>,
  { image, digest }: ScannedManifest,
): Promise<ServiceReport | undefined> {
  const headers = {
    accept: 'application/json',
    'x-api-key': login(env, 'DEPENDENCY_TRACK_API_KEY', SERVICE),
  };
  const name = template.replaceAll('{image}', image);
  const get = async (path: string) => {
    const url = new URL(`api/v1/${path}`, server.endsWith('/') ? server : `${server}/`);
    const operation = `ask ${SERVICE} for the project ${name} ${digest}`;
    return await ask(http, { operation, method: 'GET', url, headers });
  };
  const query = new URLSearchParams({ name, version: digest });
  const found = await get(`project/lookup?${query}`);
  if (found.status === NOT_FOUND) return undefined;
  const { uuid, version, lastBomImport, lastVulnerabilityAnalysis } = projectOf(textOf(found, SERVICE));
  // Findings count only for this very digest, and only if a bill of materials was imported.
  if (version !== digest || !lastBomImport || !lastVulnerabilityAnalysis) return undefined;
  if (lastVulnerabilityAnalysis < lastBomImport) return undefined;
  const text = textOf(await get(`finding/project/${uuid}/export`), SERVICE);
  const time = new Date(lastVulnerabilityAnalysis);
  return { text, by: `${SERVICE} at ${new URL(server).host}`, time };
}

function projectOf(text: string): z.infer<typeof projectSchema> {
  try {
    return projectSchema.parse(JSON.parse(text));
  } catch (cause) {
    rethrowDefect(cause);
    throw new PromoteError('INVALID', `ask ${SERVICE} for reports: its project cannot be read`, { cause });
  }
}
