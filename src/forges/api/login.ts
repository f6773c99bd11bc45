/** Whether a name can be the login of an account on a forge; people are also named in other ways. */
export function mayBeLogin(name: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}$/.test(name);
}
