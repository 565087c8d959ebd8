import { bundleWidget } from './widget-bundle.ts';

await bundleWidget();
