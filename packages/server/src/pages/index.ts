export { consoleRoutes } from './console.ts';
export { demoRoutes } from './demo.ts';
export { docsRoutes } from './docs.ts';
export { embedRoutes } from './embed.ts';
export { outboxRoutes } from './outbox.ts';
