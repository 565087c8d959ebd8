/** Types only: importing this costs nothing at run time. */
export type * from './index.ts';
