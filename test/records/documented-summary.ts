import { runProgram } from '../servers/tools.ts';

interface Asked {
  /** The image by its digest. */
  readonly reference: string;
  readonly environment: string;
  /** Absent: that of the reference. */
  readonly repository?: string;
  /** What tells cosign whom to trust. */
  readonly trusted: string;
}

/** Types the command by which docs/custody.md verifies a summary, with these names in place of its own. */
export async function verifySummary(docs: string, asked: Asked): Promise<string> {
  const { reference, environment, trusted, repository = reference.replace(/@.*/, '') } = asked;
  const [, command = ''] = /```console\n(cosign verify-attestation [^`]*jq [^`]*)```/.exec(docs) ?? [];
  const typed = command
    .replace('--key cosign.pub --insecure-ignore-tlog', `--allow-http-registry ${trusted}`)
    .replace('ghcr.io/acme/production/api@sha256:<digest>', reference)
    .replace('ghcr.io/acme/production/api', repository)
    .replace('"production"', JSON.stringify(environment));
  return (await runProgram('sh', ['-c', typed], {})).stdout.trim();
}
