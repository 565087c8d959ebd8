import type { HttpBindings } from '@hono/node-server';
import type { Log } from '../log.ts';

/** What every route finds in its context. */
export interface AppEnv {
  Bindings: HttpBindings;
  Variables: {
    requestId: string;
    log: Log;
    publicUrl: string;
  };
}
