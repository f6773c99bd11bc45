import type { Invocation } from '../plan/invocation.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { Telemetry } from './telemetry/telemetry.ts';

/** Where a command prints. */
export interface Sink {
  readonly isTTY?: boolean;
  /** The width of the terminal, in characters. */
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** The parts of the process that a command may use. */
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
  /** Secrets that both streams leave out; logins that are found later are added. */
  readonly secrets?: Secrets | undefined;
  /** Whether every request is logged. */
  readonly verbose?: boolean | undefined;
  /** Hosts that the command line reaches by plain HTTP. */
  readonly insecure?: readonly string[] | undefined;
  /** Measures the run for a collector; absent: no collector is configured. */
  readonly telemetry?: Telemetry | undefined;
  /** The command line of this run, which hints repeat. */
  readonly invocation?: Invocation | undefined;
  /** Reports something that people should know besides results and logs; default: a line on stderr. */
  readonly notice?: ((text: string) => void) | undefined;
  /** Asks a person for yes or no; absent if there is no terminal. */
  readonly ask?: (question: string) => Promise<boolean>;
}
