/** Brand templates as data: no dependencies, no Node, no DOM, so that a page can list and preview them too. */
export { checkTemplate, cleanText, designOf } from './check.ts';
export { builtinDesigns } from './designs.ts';
export * from './model.ts';
