import { Secrets } from '../secrets/secrets.ts';
import { secretsOf } from '../secrets/variables.ts';
import type { Io, Sink } from './io.ts';

/** The same process, whose output leaves out secrets of its variables and logins that are found later. */
export function guarded(io: Io): Io {
  const { notice, secrets = new Secrets(secretsOf(io.env)) } = io;
  return {
    ...io,
    secrets,
    stdout: sinkWithout(io.stdout, secrets),
    stderr: sinkWithout(io.stderr, secrets),
    notice: notice && (text => notice(secrets.redact(text))),
  };
}

function sinkWithout(sink: Sink, secrets: Secrets): Sink {
  return {
    isTTY: sink.isTTY === true,
    columns: sink.columns,
    write: text => sink.write(secrets.redact(text)),
  };
}
