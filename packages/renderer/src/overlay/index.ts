export { withTemplate } from './frames.ts';
