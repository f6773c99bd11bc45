/** A location as messages show it: a URL without its user name, password or token. */
export function withoutLogin(location: string): string {
  return location.replace(/(?<=:\/\/)[^/\s]*@/, '');
}
