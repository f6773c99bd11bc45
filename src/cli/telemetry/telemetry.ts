import type { Http } from '../../http/http.ts';
import type { MeasureStep } from '../../run/step.ts';

/** Measures a run for a collector of OpenTelemetry. */
export interface Telemetry {
  readonly measure: MeasureStep;
  /** The same way out, each of whose requests is measured. */
  readonly observe: (http: Http) => Http;
  /** Sends what is not sent yet; it waits a few seconds at most, and throws nothing. */
  readonly close: () => Promise<void>;
}
