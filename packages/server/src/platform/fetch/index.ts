export { FetchError, type FetchRefusal } from './errors.ts';
export {
  openConfiguredFetcher,
  openFetcher,
  type FetchedFile,
  type Fetcher,
  type FetcherSettings,
} from './fetcher.ts';
