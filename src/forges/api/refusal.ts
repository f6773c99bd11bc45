import { type ErrorCode, PromoteError } from '../../errors.ts';

/** A forge's refusal, with its status and words for callers that handle certain refusals. */
export class Refusal extends PromoteError {
  /** The HTTP status; 200 where GraphQL answered with errors. */
  readonly status: number;
  /** What the forge said, on one line. */
  readonly said: string;

  constructor(
    code: ErrorCode,
    message: string,
    details: { readonly status: number; readonly said: string; readonly hint: string | undefined },
  ) {
    super(code, message, { hint: details.hint });
    this.status = details.status;
    this.said = details.said;
  }
}

/** Whether a forge refused with one of these statuses. */
export function isRefusal(error: unknown, ...statuses: readonly number[]): error is Refusal {
  return error instanceof Refusal && statuses.includes(error.status);
}
