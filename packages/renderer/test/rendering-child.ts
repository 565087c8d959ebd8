/** Renders one request in a process of its own and tells how it ended, how long it took and its peak of memory. */
import { RenderError, renderVideo, type RenderRequest } from '../src/index.ts';

export interface Ending {
  /** `ok`, or the code of the RenderError, or what else was thrown. */
  ending: string;
  message: string;
  ms: number;
  peakMb: number;
}

process.once('message', (request: RenderRequest) => {
  const start = performance.now();
  const tell = (ending: string, message = '') => {
    const peakMb = process.resourceUsage().maxRSS / 1024;
    process.send?.({ ending, message, ms: performance.now() - start, peakMb }, () => process.exit());
  };
  renderVideo(request).then(
    () => tell('ok'),
    (error: unknown) =>
      error instanceof RenderError ? tell(error.code, error.message) : tell('unexpected', String(error)),
  );
});
