import { PromoteError } from '../../errors.ts';
import { canonicalHost, canonicalRegistry, parseRepositoryName } from '../../oci/reference.ts';
import type { Issue } from '../diagnostics/issue.ts';
import type { Written } from '../schema/environments.ts';
import type { Rule } from './rule.ts';

type WrittenHost = NonNullable<Written['hosts']>[string];

/** A client's certificate has its key, plain HTTP has neither, and a mirror is another registry. */
export const hostsAreSound: Rule = ({ file: { hosts = {} } }) => {
  const names = Object.keys(hosts);
  return Object.entries(hosts).flatMap(([name, host]): readonly Issue[] => {
    const twin = names.find(other => other !== name && canonicalHost(other) === canonicalHost(name));
    return [
      ...(twin === undefined
        ? []
        : [{ path: ['hosts', name], at: 'key' as const, message: `the same host as ${twin}` }]),
      ...pairIssues(name, host),
      ...mirrorIssues(name, host),
    ];
  });
};

function pairIssues(name: string, { ca, certificate, key, insecure }: WrittenHost): readonly Issue[] {
  const given = Object.entries({ ca, certificate, key }).find(([, value]) => value !== undefined)?.[0];
  const at = 'key' as const;
  if (insecure === true && given !== undefined) {
    const message = `plain HTTP knows no ${given}`;
    return [{ path: ['hosts', name, given], at, message, hint: 'leave it out, or leave `insecure` out' }];
  }
  if ((certificate === undefined) === (key === undefined)) return [];
  const [there, missing] = key === undefined ? ['certificate', 'key'] : ['key', 'certificate'];
  const message = `a client is known by both its certificate and its key`;
  return [{ path: ['hosts', name, there], at, message, hint: `name the ${missing}, too` }];
}

function mirrorIssues(name: string, { mirrors = [] }: WrittenHost): readonly Issue[] {
  return mirrors.flatMap((mirror, index) => {
    const refusal = refusalOf(name, mirror);
    const path = ['hosts', name, 'mirrors', index];
    return refusal === undefined ? [] : [{ path, at: 'value' as const, ...refusal }];
  });
}

function refusalOf(name: string, mirror: string): Pick<Issue, 'message' | 'hint'> | undefined {
  const registry = canonicalRegistry(mirror);
  if (registry === canonicalHost(name)) return { message: 'a registry is no mirror of itself' };
  try {
    const isNamed = parseRepositoryName(`${registry}/image`).startsWith(`${registry}/`);
    if (isNamed && !registry.startsWith('oci:')) return undefined;
  } catch (error) {
    if (!(error instanceof PromoteError)) throw error;
  }
  return {
    message: 'a mirror is a registry, perhaps with a path',
    hint: 'write it as mirror.example or mirror.example:5000/path, without a scheme',
  };
}
