/** What the loader loads: the element, for pages that have nothing but the script tag. */
import './default-api.ts';
// Only now, for elements that are already on the page come to life at once.
import './define.ts';
