/** What the reader chose, kept in the browser where that keeps anything. */
export function readKept(name: string): string | undefined {
  try {
    return localStorage.getItem(`promote-${name}`) ?? undefined;
  } catch (error) {
    if (error instanceof DOMException) return undefined;
    throw error;
  }
}

/** Keeps it; a browser that keeps nothing is no failure. */
export function keep(name: string, value: string): void {
  try {
    localStorage.setItem(`promote-${name}`, value);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}
