import { writeTar } from '../oci/write-tar.ts';

/** A tar archive of one text file. */
export function tarOf(name: string, text: string): Uint8Array {
  return writeTar([{ name, bytes: Buffer.from(text) }]);
}
