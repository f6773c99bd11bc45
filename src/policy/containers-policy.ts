import { pemOf } from './document.ts';
import { type AdmissionPolicy, type PolicyRequest, refused } from './policy-request.ts';

/**
 * The policy.json of Podman, CRI-O and Skopeo. It allows no comments, so conditions that it cannot express
 * are returned as notes. https://github.com/containers/image/blob/main/docs/containers-policy.json.5.md
 */
export function containersPolicy({ signed }: PolicyRequest): AdmissionPolicy {
  const { environment, repositories, signers, shared } = signed;
  const [signer, ...others] = signers;
  if (signer?.kind !== 'key' || others.length > 0) {
    throw refused(
      `containers-policy: ${signers.length} signers count for ${environment}, and a requirement has one key`,
      'take the keys that are no longer needed out of signing.trusted',
    );
  }
  if (shared.length > 0) {
    throw refused(
      `containers-policy: ${environment} has a signer of ${shared.join(', ')}, and a signature names the repository where it was first made`,
      `give ${environment} a key of its own under environments.${environment}.signing`,
    );
  }
  const moved = repositories.find(({ pull, push }) => pull !== push);
  const requirement = (push: string) => ({
    type: 'sigstoreSigned',
    keyData: Buffer.from(pemOf(signer)).toString('base64'),
    signedIdentity: { type: 'exactRepository', dockerRepository: push },
  });
  const docker = Object.fromEntries(repositories.map(({ pull, push }) => [pull, [requirement(push)]]));
  const policy = { default: [{ type: 'reject' }], transports: { docker } };
  const hosts = [...new Set(repositories.map(({ pull }) => pull.slice(0, pull.indexOf('/'))))];
  return {
    text: `${JSON.stringify(policy, null, 2)}\n`,
    notes: [
      'an image of several platforms is refused until the manifest of each platform is signed too, as cosign sign --recursive does: promote signs the index',
      'not bound: the record, and with it the environment; no entry of a log is asked for',
      'everything else is rejected: merge transports.docker into your policy.json to keep what that accepts',
      `signatures are read only with this in a file of registries.d: docker: { ${hosts.map(host => `${JSON.stringify(host)}: { use-sigstore-attachments: true }`).join(', ')} }`,
      ...(moved === undefined ? [] : [`${moved.pull} must carry the tags sha256-….sig of ${moved.push}`]),
    ],
  };
}
