import type { AnnotationProperties } from '@actions/core';
import { neutralise } from '../reports/neutralise.ts';
import { addAnnotation, type Level, logLine } from './runner.ts';

/** A line for the run's page, with the file and line of the workflow's repository that it is about. */
export interface Annotation {
  readonly text: string;
  readonly place: AnnotationProperties;
}

/** GitHub keeps ten of a level in a step. One is left for the step's failure, which is one too. */
const MOST = 9;

/** Annotates a step; called once for each level. What GitHub would not keep is only counted and logged. */
export function annotate(level: Level, annotations: readonly (Annotation | string)[]): void {
  const all = annotations.map(one => (typeof one === 'string' ? { text: one, place: {} } : one));
  const shown = all.length > MOST ? all.slice(0, MOST - 1) : all;
  const left = all.slice(shown.length);
  for (const { text, place } of shown) addAnnotation(level, neutralise(text), place);
  if (left.length > 0) addAnnotation(level, `${left.length} more are in the log`);
  for (const { text } of left) logLine(neutralise(text));
}
