import { redact } from '../secrets/redact.ts';
import { secretsOf } from '../secrets/variables.ts';
import type { Io, Sink } from './io.ts';

/** The same process, which prints nothing of what its variables hold in secret. */
export function guarded(io: Io): Io {
  const secrets = secretsOf(io.env);
  const { notice } = io;
  return {
    ...io,
    stdout: sinkWithout(io.stdout, secrets),
    stderr: sinkWithout(io.stderr, secrets),
    notice: notice && (text => notice(redact(text, secrets))),
  };
}

function sinkWithout(sink: Sink, secrets: readonly string[]): Sink {
  return {
    isTTY: sink.isTTY === true,
    columns: sink.columns,
    write: text => sink.write(redact(text, secrets)),
  };
}
