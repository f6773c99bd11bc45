import { z } from 'zod';
import type { Statement } from '../signing/statement.ts';

/** What SLSA provenance says of a build. https://slsa.dev/spec/v1.0/provenance, https://slsa.dev/spec/v0.2/provenance */
export interface ProvenanceClaims {
  readonly builder: string;
  readonly buildType?: string | undefined;
  /** The location of the build's definition, as the builder writes it. */
  readonly source?: string | undefined;
  readonly ref?: string | undefined;
  readonly workflow?: string | undefined;
  /** Other inputs of the build, by path: `args.build-arg:VERSION`. */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
}

/** The beginning of SLSA provenance's predicate types. */
export const PROVENANCE = 'https://slsa.dev/provenance/';

const PROVENANCE_V02 = `${PROVENANCE}v0.2`;
const PROVENANCE_V1 = `${PROVENANCE}v1`;

const v02 = z.object({
  builder: z.object({ id: z.string() }),
  buildType: z.string().optional(),
  invocation: z
    .object({
      configSource: z.object({ uri: z.string().optional(), entryPoint: z.string().optional() }).optional(),
      parameters: z.unknown().optional(),
    })
    .optional(),
});

const v1 = z.object({
  buildDefinition: z.object({
    buildType: z.string(),
    // GitHub's build type has the workflow here: https://actions.github.io/buildtypes/workflow/v1
    externalParameters: z
      .object({
        workflow: z
          .object({
            repository: z.string().optional(),
            ref: z.string().optional(),
            path: z.string().optional(),
          })
          .optional()
          .catch(undefined),
        // BuildKit: https://docs.docker.com/build/metadata/attestations/slsa-definitions/
        configSource: z.object({ uri: z.string().optional() }).optional().catch(undefined),
        // GitLab's runner: https://docs.gitlab.com/ci/runners/configure_runners/#provenance-metadata-format
        source: z.string().optional().catch(undefined),
        entryPoint: z.string().optional().catch(undefined),
      })
      .catchall(z.unknown())
      .optional()
      .catch(undefined),
    resolvedDependencies: z
      .array(z.object({ uri: z.string().optional() }))
      .optional()
      .catch(undefined),
  }),
  runDetails: z.object({ builder: z.object({ id: z.string() }) }),
});

/** The supported predicate types. */
export const PROVENANCES: readonly string[] = [PROVENANCE_V1, PROVENANCE_V02];

/** Reads provenance; `undefined` if the statement is not valid provenance of version 0.2 or 1. */
export function readProvenance({ predicateType, predicate }: Statement): ProvenanceClaims | undefined {
  if (predicateType === PROVENANCE_V02) {
    const { builder, buildType, invocation } = v02.safeParse(predicate).data ?? {};
    const { uri = '', entryPoint } = invocation?.configSource ?? {};
    const { source, ref } = located(uri);
    const parameters = flattened(invocation?.parameters);
    return builder && { builder: builder.id, buildType, source, ref, workflow: entryPoint, parameters };
  }
  if (predicateType !== PROVENANCE_V1) return undefined;
  const read = v1.safeParse(predicate).data;
  if (read === undefined) return undefined;
  const { buildType, externalParameters, resolvedDependencies = [] } = read.buildDefinition;
  const { workflow, configSource, source, entryPoint, ...parameters } = externalParameters ?? {};
  const { repository, ref, path } = workflow ?? {};
  const dependency = located(configSource?.uri ?? resolvedDependencies[0]?.uri ?? '');
  return {
    builder: read.runDetails.builder.id,
    buildType,
    source: repository ?? source ?? dependency.source,
    ref: ref ?? dependency.ref,
    workflow: path ?? entryPoint,
    parameters: flattened(parameters),
  };
}

/** Each value by its keys, joined by dots. A value that is not text is written as JSON. */
function flattened(value: unknown, path: readonly string[] = []): Readonly<Record<string, string>> {
  if (typeof value === 'object' && value !== null) {
    const parts = Object.entries(value).map(([key, child]) => flattened(child, [...path, key]));
    return Object.assign(Object.create(null), ...parts);
  }
  if (path.length === 0) return {};
  return { [path.join('.')]: typeof value === 'string' ? value : `${JSON.stringify(value)}` };
}

/** A package or Git URI, and the ref behind its `@`, or in BuildKit's words behind its `#`. https://spdx.github.io/spdx-spec/v2.3/package-information/#77-package-download-location-field */
function located(uri: string): Pick<ProvenanceClaims, 'source' | 'ref'> {
  const [, source = '', ref] = /^(?:git\+)?(.*?)(?:[@#](refs\/.*|[0-9a-f]{40}))?$/.exec(uri) ?? [];
  return { source: source === '' ? undefined : source, ref };
}
