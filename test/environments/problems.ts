import { ConfigurationError } from '../../src/environments/diagnostics/configuration-error.ts';
import type { Problem } from '../../src/environments/diagnostics/issue.ts';
import { parseEnvironments } from '../../src/environments/parse.ts';

/** The problems of a file; none where it parses. */
export function problemsOf(text: string): readonly Problem[] {
  try {
    parseEnvironments(text, 'environments.yaml');
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

/** The characters above the carets. */
export function marked({ excerpt }: Problem): string {
  const [source = '', carets = ''] = excerpt.split('\n');
  return source.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1);
}

/** A file of one image and the environments dev and prod, with parts replaced or added. */
export function fileWith(parts: {
  readonly images?: string;
  readonly dev?: string;
  readonly prod?: string;
  readonly more?: string;
}): string {
  const { images = '{ api: {} }', dev = '', prod = '', more = '' } = parts;
  return [
    'version: 1',
    `images: ${images}`,
    'environments:',
    `  dev: { from: build, registry: ghcr.io/acme/dev, files: ["dev/**"]${dev && `, ${dev}`} }`,
    `  prod: { from: dev, registry: ghcr.io/acme/prod, files: ["prod/**"]${prod && `, ${prod}`} }`,
    more,
  ].join('\n');
}
