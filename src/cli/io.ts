import type { Invocation } from '../plan/invocation.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { Telemetry } from './telemetry/telemetry.ts';

/** Where a command prints. */
export interface Sink {
  readonly isTTY?: boolean;
  /** How wide a terminal is, in characters. */
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** All that a command may touch of the process it runs in. */
export interface Io {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Results. */
  readonly stdout: Sink;
  /** Progress, logs and errors. */
  readonly stderr: Sink;
  /** Reads the standard input to its end; absent where there is none. */
  readonly stdin?: (() => Promise<string>) | undefined;
  readonly signal: AbortSignal;
  /** What both streams leave out; logins that are found join it. */
  readonly secrets?: Secrets | undefined;
  /** Whether every request is told. */
  readonly verbose?: boolean | undefined;
  /** Hosts that the command line reaches by plain HTTP. */
  readonly insecure?: readonly string[] | undefined;
  /** Measures the run for a collector; absent: none is named. */
  readonly telemetry?: Telemetry | undefined;
  /** The command line that this is, as hints name it again. */
  readonly invocation?: Invocation | undefined;
  /** Tells what people should know beside results and logs; default: a line on stderr. */
  readonly notice?: ((text: string) => void) | undefined;
  /** Asks a person for yes or no; absent where nobody sits at a terminal. */
  readonly ask?: (question: string) => Promise<boolean>;
}
