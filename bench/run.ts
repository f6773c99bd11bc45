import { benchAtOnce } from './at-once.ts';
import { benchBatch } from './batch.ts';
import { benchCopy } from './copy.ts';
import { benchHelp } from './help.ts';
import { benchHistory } from './history.ts';
import { benchLayers } from './layers.ts';
import { benchManyFiles } from './many-files.ts';
import { benchManyReports } from './many-reports.ts';
import { benchSign } from './sign.ts';

await benchHelp();
await benchCopy();
await benchAtOnce();
await benchLayers();
await benchSign();
await benchHistory();
await benchManyFiles();
await benchManyReports();
await benchBatch();
