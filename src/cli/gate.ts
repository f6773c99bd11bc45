import { answerGate } from '../commands/gate/gate.ts';
import type { Environments } from '../environments/environments.ts';
import { ownRepository } from '../forges/open.ts';
import { type GateAnswer, gateReport } from '../reports/gate.ts';
import type { Format } from '../reports/render.ts';
import type { Effects } from '../run/effects.ts';
import { withEffects } from './effects.ts';
import { EXIT } from './exit.ts';
import { gateSubject } from './gate-subject.ts';
import type { Io } from './io.ts';
import { print } from './print.ts';
import { runUrl } from './request.ts';

/** `promote gate` */
export async function gate(
  io: Io,
  options: {
    readonly file: string;
    readonly format: Format;
    readonly pullRequest?: string;
    readonly exitCode: boolean;
    readonly inPipeline?: boolean;
  },
): Promise<number> {
  const { file, format, exitCode } = options;
  const answer = await withEffects(io, file, async (effects, environments) =>
    askGate(io, effects, environments, options),
  );
  print(io, gateReport(answer), format);
  if (answer.state === 'failure') return EXIT.closed;
  return answer.state === 'pending' && exitCode ? EXIT.waiting : EXIT.done;
}

/** Answers the gate for the subject that the command line or the CI names. */
export async function askGate(
  io: Io,
  effects: Effects,
  environments: Environments,
  asked: {
    readonly file: string;
    readonly pullRequest?: string | undefined;
    readonly inPipeline?: boolean | undefined;
  },
): Promise<GateAnswer> {
  const { file, pullRequest, inPipeline } = asked;
  const subject = await gateSubject(io, pullRequest);
  const path = file
    .split('//')
    .at(-1)
    ?.replace(/@[^@]*$/, '');
  const repository = ownRepository(io.env);
  const place = { subject, repository, file: path, runUrl: runUrl(io.env) };
  return await answerGate(effects, environments, { ...place, inPipeline });
}
