import type { Http } from '../http/http.ts';
import type { Variables } from './kind.ts';

/** What a build is told: the image, the base that it shall be built on, and the mark that its run must show. */
export interface BuildOrder {
  readonly mark: string;
  readonly image: string;
  /** The base with its tag. */
  readonly base: string;
  /** The digest that deployed images are built on, where it is known. */
  readonly from?: string | undefined;
  /** The digest that the tag names now. */
  readonly to: string;
}

/** A run that carries a mark. */
export interface BuildRun {
  readonly url: string;
  readonly state: 'running' | 'succeeded' | 'failed';
}

/** The builds of one repository. */
export interface Builds {
  /** The newest run with the mark. Throws where runs cannot be read, or would not show the mark. */
  find(mark: string): Promise<BuildRun | undefined>;
  /** Starts a build. `undefined`: the forge accepted it, and shows no run after a while. */
  start(order: BuildOrder): Promise<BuildRun | undefined>;
}

/** Where builds are started, and with what. */
export interface BuildsSettings {
  readonly env: Variables;
  readonly http: Http;
  readonly token: string;
  /** The earliest start of a run that counts. */
  readonly since: Date;
  readonly notice: (text: string) => void;
  readonly log: (text: string) => void;
  readonly signal: AbortSignal;
}

/** The most runs that are read. */
export const MOST_RUNS = 1000;
