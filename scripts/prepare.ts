// After an installation: the embedded database's archive, so that the first start needs no initdb.
import { ensureTemplate } from '../core/db/index.ts';

await ensureTemplate();
