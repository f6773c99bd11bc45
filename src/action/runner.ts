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

/** What the step's variables and inputs hold in secret, and the logins that it finds. */
export const stepSecrets = new Secrets(secretsOf(process.env));

/** The redaction of all that a step tells its runner. */
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

/** Fails the step, for a reason that is annotated. */
export function failStep(reason: string): void {
  setFailed(withoutSecrets(reason));
}

/** Sets an output of the step. */
export function writeOutput(name: string, text: string): void {
  setOutput(name, withoutSecrets(text));
}

/** Adds to the job's summary. */
export async function addSummary(markdown: string): Promise<void> {
  await summary.addRaw(withoutSecrets(markdown)).write();
}
