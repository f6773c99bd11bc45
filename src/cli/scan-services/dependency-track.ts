import { z } from 'zod';
import type { ScanService } from '../../environments/gates/vulnerabilities.ts';
import { PromoteError, rethrowDefect } from '../../errors.ts';
import type { Http } from '../../http/http.ts';
import type { ScannedManifest, ServiceAnswer } from '../../images/service-scans.ts';
import { ask, login, textOf } from './service.ts';

const OK = 200;
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
type Project = z.infer<typeof projectSchema>;

const versionSchema = z.object({ version: z.string() });

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
): Promise<ServiceAnswer> {
  const headers = {
    accept: 'application/json',
    'x-api-key': login(env, 'DEPENDENCY_TRACK_API_KEY', SERVICE),
  };
  const name = template.replaceAll('{image}', image);
  const by = `${SERVICE} at ${new URL(server).host}`;
  const get = async (path: string) => {
    const url = new URL(`api/${path}`, server.endsWith('/') ? server : `${server}/`);
    const operation = `ask ${SERVICE} for the project ${name} ${digest}`;
    return await ask(http, { operation, method: 'GET', url, headers });
  };
  const lacking = (why: string, hint: string) => ({ kind: 'lacking', reason: `${by} ${why}`, hint }) as const;
  const upload = `upload its bill of materials to the project ${name} with the version ${digest}`;
  const query = new URLSearchParams({ name, version: digest });
  const found = await get(`v1/project/lookup?${query}`);
  const project = found.status === NOT_FOUND ? undefined : readAs(projectSchema, textOf(found, SERVICE));
  // Findings count only for this very digest, and only if a bill of materials was imported.
  if (project?.version !== digest) return lacking(`has no project ${name} of this digest`, upload);
  if (!project.lastBomImport) return lacking(`has no bill of materials in the project ${name}`, upload);
  const time = analysedAt(project);
  if (time === undefined) {
    const { status, bytes } = await get('version');
    const version =
      status === OK ? readAs(versionSchema, new TextDecoder().decode(bytes)).version : undefined;
    const { why, hint } = unanalysed(name, version);
    return lacking(why, hint);
  }
  const text = textOf(await get(`v1/finding/project/${project.uuid}/export`), SERVICE);
  return { kind: 'report', text, by, time };
}

/** The time of an analysis of what was imported last; `undefined` if it is not known. */
function analysedAt({ lastBomImport, lastVulnerabilityAnalysis: analysed }: Project): Date | undefined {
  return !analysed || analysed < (lastBomImport ?? 0) ? undefined : new Date(analysed);
}

function unanalysed(name: string, version: string | undefined) {
  const why = `has not analysed the project ${name} since its bill of materials came`;
  const hint = `run it again when ${SERVICE} has analysed the project`;
  if (version === undefined)
    return {
      why: `does not say that it analysed the project ${name}`,
      hint: `${hint}, and see that its version is 4.13 or newer`,
    };
  if (!isTooOld(version)) return { why, hint };
  return {
    why: `is of version ${version}, which does not say when it analysed a project`,
    hint: `update ${SERVICE} to 4.13 or newer, or have signed reports attached`,
  };
}

/** Whether it is of a version before 4.13. */
function isTooOld(version: string): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) < 4 || (Number(major) === 4 && Number(minor) < 13);
}

function readAs<Read>(schema: z.ZodType<Read>, text: string): Read {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    rethrowDefect(cause);
    throw new PromoteError('INVALID', `ask ${SERVICE} for reports: its answer cannot be read`, { cause });
  }
}
