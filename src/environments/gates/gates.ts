import { z } from 'zod';
import type { AcceptedSigner } from '../accepted-signers.ts';
import type { Issue, Path } from '../diagnostics/issue.ts';
import { type ApprovalGate, approval } from './approval.ts';
import { checks, type RequiredCheck } from './checks.ts';
import { type FreezeGate, freeze } from './freeze.ts';
import { type PredecessorGate, predecessor } from './predecessor.ts';
import { type AcceptedProvenance, provenance } from './provenance.ts';
import type { GateSetting, SharedSettings, WrittenGate } from './setting.ts';
import { signature } from './signature.ts';
import { type SoakGate, soak } from './soak.ts';
import { type VersionGate, version } from './version.ts';
import { type VulnerabilityGate, vulnerabilities } from './vulnerabilities.ts';

/** The gates that an environment sets, each in its normal form. The library's types name each of them. */
export interface Gates {
  readonly approval?: ApprovalGate | undefined;
  readonly freeze?: FreezeGate | undefined;
  readonly soak?: SoakGate | undefined;
  readonly version?: VersionGate | undefined;
  readonly checks?: readonly RequiredCheck[] | undefined;
  readonly signature?: readonly AcceptedSigner[] | undefined;
  readonly provenance?: readonly AcceptedProvenance[] | undefined;
  readonly vulnerabilities?: VulnerabilityGate | undefined;
  readonly predecessor?: PredecessorGate | undefined;
}

/** The gates that can be set, each with its part of the file. */
const SETTINGS = {
  approval,
  freeze,
  soak,
  version,
  checks,
  signature,
  provenance,
  vulnerabilities,
  predecessor,
} satisfies {
  readonly [Name in keyof Gates]-?: { normalise(written: never): NonNullable<Gates[Name]> };
};

/** The gates that only warn where a rollback is judged, unless `rollback.gates` lists them. */
export const ADVISORY_GATES = [
  'freeze',
  'soak',
  'version',
  'checks',
  'vulnerabilities',
] as const satisfies readonly (keyof Gates)[];

type Settings = typeof SETTINGS;
type AnySetting = GateSetting<z.ZodType, unknown>;
type Shape = { readonly [Name in keyof Settings]: z.ZodExactOptional<Settings[Name]['schema']> };

/** The conditions on a promotion into an environment. */
export const gatesSchema = z.strictObject(shape());

/** Gates as written. */
export type WrittenGates = z.infer<typeof gatesSchema>;

/** The normal form of every gate that is written. */
export function normaliseGates(written: WrittenGates = {}, shared: SharedSettings = {}): Gates {
  const normal = settingsIn(written).map(({ name, setting, value }) => [
    name,
    setting.normalise(value, shared),
  ]);
  return Object.fromEntries(normal) as Gates;
}

/** Problems between keys of the gates, and between them and the rest of the file. */
export function gateIssues(
  written: WrittenGates,
  path: Path,
  place: Omit<WrittenGate<unknown>, 'written' | 'path'>,
): readonly Issue[] {
  return settingsIn(written).flatMap(({ name, setting, value }) =>
    setting.issues({ ...place, written: value, path: [...path, name] }),
  );
}

function settingsIn(written: WrittenGates) {
  return Object.entries<AnySetting>(SETTINGS).flatMap(([name, setting]) => {
    const value = (written as Readonly<Record<string, unknown>>)[name];
    return value === undefined ? [] : [{ name, setting, value }];
  });
}

function shape(): Shape {
  const entries = Object.entries<AnySetting>(SETTINGS).map(([name, { schema, description }]) => [
    name,
    schema.exactOptional().describe(description),
  ]);
  return Object.fromEntries(entries) as Shape;
}
