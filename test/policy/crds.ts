import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { parse } from 'yaml';

/** Where the definitions are, if they are at hand. */
export const CRDS = process.env.PROMOTE_CRDS;

/** The definitions by the kind that they define. */
const FILES: Readonly<Record<string, string>> = {
  ClusterPolicy: 'kyverno-clusterpolicies.yaml',
  ClusterImagePolicy: 'policy-controller-clusterimagepolicy.yaml',
};

const AJV = new Ajv({ strict: false, validateFormats: false });
const compiled = new Map<string, ValidateFunction>();

/** What the definition has against a document; a key that it does not know counts, which a cluster would drop. */
export function problemsOf({ apiVersion, kind, spec }: Document): string {
  const validate = compiled.get(kind) ?? compile(kind, apiVersion.split('/')[1]);
  compiled.set(kind, validate);
  return validate(spec) ? '' : AJV.errorsText(validate.errors);
}

interface Document {
  readonly kind: string;
  readonly apiVersion: string;
  readonly spec: unknown;
}

function compile(kind: string, version: string | undefined): ValidateFunction {
  const definition = parse(readFileSync(join(CRDS ?? '', FILES[kind] ?? ''), 'utf8'));
  const found = definition.spec.versions.find(({ name }: { readonly name: string }) => name === version);
  return AJV.compile(closed(found.schema.openAPIV3Schema.properties.spec) as object);
}

function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]) => [key, closed(value)] as const);
  const isOpen = 'x-kubernetes-preserve-unknown-fields' in schema || 'additionalProperties' in schema;
  // A property may be called `properties`; the schema's own has a type beside it.
  const isObject = 'properties' in schema && 'type' in schema && schema.type === 'object';
  return { ...Object.fromEntries(entries), ...(isObject && !isOpen ? { additionalProperties: false } : {}) };
}
