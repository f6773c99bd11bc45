import type { Io } from './io.ts';
import { settingsNamedIn } from './named-settings.ts';
import { openHttp } from './open-http.ts';
import { openStores, type Stores } from './stores.ts';
import { untilEnded } from './until-ended.ts';

/**
 * Runs a command with registries and image layouts, whose paths start at the working directory. The
 * environments file may be absent; only its settings of hosts and evidence count.
 */
export async function withStores<T>(
  io: Io,
  file: string,
  command: (stores: Stores) => Promise<T>,
): Promise<T> {
  return await untilEnded(io, async (live, end) => {
    const settings = await settingsNamedIn(live, file);
    const http = openHttp(live, settings.hosts?.connections);
    try {
      return await command(await openStores(live, http, io.cwd, settings));
    } finally {
      end();
      await http.close();
    }
  });
}
