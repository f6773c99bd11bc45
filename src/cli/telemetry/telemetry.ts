import type { Http } from '../../http/http.ts';
import type { MeasureStep } from '../../run/step.ts';

/** Measures a run for a collector of OpenTelemetry. */
export interface Telemetry {
  readonly measure: MeasureStep;
  /** The same HTTP client with each request measured. */
  readonly observe: (http: Http) => Http;
  /** Sends the remaining data. It waits a few seconds at most, and throws nothing. */
  readonly close: () => Promise<void>;
}
