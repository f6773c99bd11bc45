import process from 'node:process';
import {
  type AnnotationProperties,
  error,
  info,
  notice,
  setFailed,
  setOutput,
  summary,
  warning,
} from '@actions/core';
import { Secrets } from '../secrets/secrets.ts';
import { secretsOf } from '../secrets/variables.ts';

/** Kinds of annotation on the run's page. */
export type Level = 'error' | 'warning' | 'notice';

const LEVELS = { error, warning, notice };

/** The secrets in the step's variables and inputs, and logins that are found later. */
export const stepSecrets = new Secrets(secretsOf(process.env));

/** Redacts secrets in every text that a step sends to its runner. */
export function withoutSecrets(text: string): string {
  return stepSecrets.redact(text);
}

/** Writes a line to the step's log. */
export function logLine(text: string): void {
  info(withoutSecrets(text));
}

/** Annotates the step. */
export function addAnnotation(level: Level, text: string, place: AnnotationProperties = {}): void {
  const { title, ...rest } = place;
  LEVELS[level](withoutSecrets(text), title === undefined ? rest : { ...rest, title: withoutSecrets(title) });
}

/** Fails the step, and annotates it with the reason. */
export function failStep(reason: string): void {
  setFailed(withoutSecrets(reason));
}

/** Sets an output of the step. */
export function writeOutput(name: string, text: string): void {
  setOutput(name, withoutSecrets(text));
}

/** Appends to the job's summary. */
export async function addSummary(markdown: string): Promise<void> {
  await summary.addRaw(withoutSecrets(markdown)).write();
}
