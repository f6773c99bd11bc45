import { getInput } from '@actions/core';
import { PromoteError } from '../errors.ts';
import { parseReference } from '../oci/reference.ts';
import type { PromotionRequest } from '../plan/request.ts';

/** Reads the input `images`, one name or `name=reference` a line; throws `USAGE` with an invalid line. */
export function readImages(): PromotionRequest['images'] {
  const images = new Map<string, string | undefined>();
  for (const [index, text] of getInput('images').split(/\r?\n/).entries()) {
    const line = text.trim();
    if (line === '') continue;
    const [name = '', ...rest] = line.split('=');
    const reference = rest.length === 0 ? undefined : rest.join('=');
    const wrong = images.has(name) ? `${name} is named twice` : problem(name, reference);
    if (wrong !== undefined) throw malformed(index + 1, line, wrong);
    images.set(name, reference);
  }
  return images;
}

function problem(name: string, reference: string | undefined): string | undefined {
  if (name === '') return 'no name before =';
  if (/[\s,]/.test(name)) return 'more than one image';
  if (reference === undefined) return undefined;
  if (/[=:@]$/.test(`=${reference}`))
    return 'the reference ends early, as where the output that it is made from is empty';
  try {
    const { tag, digest } = parseReference(reference);
    return tag === undefined && digest === undefined ? 'neither a tag nor a digest' : undefined;
  } catch (error) {
    if (error instanceof PromoteError) return error.message;
    throw error;
  }
}

function malformed(line: number, text: string, why: string): PromoteError {
  return new PromoteError('USAGE', `input images, line ${line}: ${text}: ${why}`, {
    hint: 'write one image a line: api, or api=ghcr.io/acme/build/api@sha256:…',
  });
}
