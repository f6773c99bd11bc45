/** Reads a choice of the reader from the browser's storage, if the browser has one. */
export function readKept(name: string): string | undefined {
  try {
    return localStorage.getItem(`promote-${name}`) ?? undefined;
  } catch (error) {
    if (error instanceof DOMException) return undefined;
    throw error;
  }
}

/** Stores a choice. A browser without storage is not a failure. */
export function keep(name: string, value: string): void {
  try {
    localStorage.setItem(`promote-${name}`, value);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}
