export type { Limiter } from './limiter.ts';
export { openLimits, type Limits } from './limits.ts';
export { networkOf } from './network.ts';
export type { Policy } from './policy.ts';
export { charge, type Charge } from './request.ts';
export { forgetOldLimits } from './store.ts';
