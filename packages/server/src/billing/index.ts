export { grant, hold, settle } from './ledger.ts';
export { grantByOperator } from './operator-grant.ts';
export { billingRoutes } from './routes.ts';
export { findDrift } from './store.ts';
