import { benchBatch } from './batch.ts';
import { benchCopy } from './copy.ts';
import { benchHelp } from './help.ts';
import { benchHistory } from './history.ts';
import { benchManyFiles } from './many-files.ts';
import { benchManyReports } from './many-reports.ts';
import { benchSign } from './sign.ts';

await benchHelp();
await benchCopy();
await benchSign();
await benchHistory();
await benchManyFiles();
await benchManyReports();
await benchBatch();
