import type { HttpResponse } from '../request.ts';

/** The errors after which Amazon's own libraries ask again. Most of them have the status 400. */
const BUSY =
  /^(?:Throttl(?:ing|ed)(?:Exception)?|(?:EC2|Request)Throttled(?:Exception)?|TooManyRequests(?:Exception)?|SlowDown|(?:Request)?LimitExceeded(?:Exception)?|BandwidthLimitExceeded|ProvisionedThroughputExceededException|PriorRequestNotComplete|TransactionInProgressException|IDPCommunicationError|RequestTimeout(?:Exception)?)$/;

/**
 * Whether an AWS service refused a request for this moment alone. Its error has the name, never its status.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export function isAwsBusy(answer: Pick<HttpResponse, 'status' | 'bytes'>): boolean {
  return answer.status >= 400 && answer.status < 500 && BUSY.test(awsErrorOf(answer));
}

/** The error's name without a namespace, in JSON or XML; empty if there is none. */
export function awsErrorOf({ bytes }: Pick<HttpResponse, 'bytes'>): string {
  const text = new TextDecoder().decode(bytes);
  const [, inJson, inXml] = /"__type"\s*:\s*"(?:[^"#]*#)?([\w.]+)"|<Code>([\w.]+)<\/Code>/.exec(text) ?? [];
  return inJson ?? inXml ?? '';
}
