/**
 * One spelling of a repository's address: `git@host:a/b.git`, `ssh://git@host:22/a/b` and `https://host/A/b/` become
 * `https://host/a/b`. Other texts, such as paths, stay as they are.
 */
export function repositoryAddress(text: string): string {
  const scp = /^(?:[^@/\s]+@)?([^/:\s]{2,}):(?!\/\/)\/?(.+)$/.exec(text);
  const url = URL.parse(scp ? `ssh://${scp[1]}/${scp[2]}` : text);
  if (url === null || !/^(?:https?|ssh):$/.test(url.protocol)) return text;
  // SSH's port is not the web server's.
  const host = url.protocol === 'ssh:' ? `https://${url.hostname}` : `${url.protocol}//${url.host}`;
  const path = url.pathname.replace(/\/+$/, '').replace(/\.git$/, '');
  return `${host}${path}`.toLowerCase();
}
