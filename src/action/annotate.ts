import { type AnnotationProperties, error, info, notice, warning } from '@actions/core';
import { neutralise } from '../reports/neutralise.ts';

/** A line for the run's page, with the place in the workflow's own repository that it is about. */
export interface Annotation {
  readonly text: string;
  readonly place: AnnotationProperties;
}

const LEVELS = { error, warning, notice };

/** GitHub keeps ten of a level and step. One is left for the failure of the step, which is an annotation too. */
const MOST = 9;

/** Annotates a step, to be called once a level: what GitHub would not keep is counted, and told in the log alone. */
export function annotate(level: keyof typeof LEVELS, annotations: readonly (Annotation | string)[]): void {
  const all = annotations.map(one => (typeof one === 'string' ? { text: one, place: {} } : one));
  const shown = all.length > MOST ? all.slice(0, MOST - 1) : all;
  const left = all.slice(shown.length);
  for (const { text, place } of shown) LEVELS[level](neutralise(text), place);
  if (left.length > 0) LEVELS[level](`${left.length} more are in the log`);
  for (const { text } of left) info(neutralise(text));
}
