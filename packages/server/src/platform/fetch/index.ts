export { FetchError, type FetchRefusal } from './errors.ts';
export { openFetcher, type FetchedFile, type Fetcher, type FetcherSettings } from './fetcher.ts';
