/**
 * A repository's address in one spelling: `git@host:a/b.git`, `ssh://git@host:22/a/b` and `https://host/A/b/` are
 * `https://host/a/b`. What is no address, such as a path, stays as it is.
 */
export function repositoryAddress(text: string): string {
  const scp = /^(?:[^@/\s]+@)?([^/:\s]{2,}):(?!\/\/)\/?(.+)$/.exec(text);
  const url = URL.parse(scp ? `ssh://${scp[1]}/${scp[2]}` : text);
  if (url === null || !/^(?:https?|ssh):$/.test(url.protocol)) return text;
  // A port of SSH is none of the web's.
  const host = url.protocol === 'ssh:' ? `https://${url.hostname}` : `${url.protocol}//${url.host}`;
  const path = url.pathname.replace(/\/+$/, '').replace(/\.git$/, '');
  return `${host}${path}`.toLowerCase();
}
