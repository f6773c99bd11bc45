import { createHash, createHmac } from 'node:crypto';

/** A call of an AWS API by POST, and who makes it. */
export interface AwsCall {
  readonly url: URL;
  readonly body: string;
  readonly target: string;
  readonly region: string;
  readonly keys: { readonly id: string; readonly secret: string; readonly session: string | undefined };
  readonly now: Date;
}

/** The headers of a call of ECR with its signature. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
export function signedHeaders({
  url,
  body,
  target,
  region,
  keys,
  now,
}: AwsCall): Readonly<Record<string, string>> {
  const time = `${now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
  const day = time.slice(0, 8);
  const signed: Readonly<Record<string, string>> = {
    'content-type': 'application/x-amz-json-1.1',
    host: url.host,
    'x-amz-date': time,
    ...(keys.session === undefined ? {} : { 'x-amz-security-token': keys.session }),
    'x-amz-target': target,
  };
  const names = Object.keys(signed).join(';');
  const lines = Object.entries(signed).map(([name, value]) => `${name}:${value}\n`);
  const request = ['POST', url.pathname, '', lines.join(''), names, sha256(body)].join('\n');
  const scope = `${day}/${region}/ecr/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', time, scope, sha256(request)].join('\n');
  const key = [day, region, 'ecr', 'aws4_request'].reduce<string | Buffer>(
    (before, part) => createHmac('sha256', before).update(part).digest(),
    `AWS4${keys.secret}`,
  );
  const signature = createHmac('sha256', key).update(text).digest('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${keys.id}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  const { host: _, ...sent } = signed;
  return { ...sent, authorization };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
