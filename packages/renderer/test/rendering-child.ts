/** Renders what it is sent, one after the other, and tells how it ended, how long it took and the peak of memory. */
import { RenderError, renderVideo, type RenderRequest } from '../src/index.ts';
import { peakMb } from './peak.ts';

export interface Ending {
  /** `ok`, or the code of the RenderError, or what else was thrown. */
  ending: string;
  message: string;
  ms: number;
  /** Of the process so far. */
  peakMb: number;
}

process.on('message', (request: RenderRequest) => {
  const start = performance.now();
  const tell = (ending: string, message = '') => {
    process.send?.({ ending, message, ms: performance.now() - start, peakMb: peakMb() });
  };
  renderVideo(request).then(
    () => tell('ok'),
    (error: unknown) =>
      error instanceof RenderError ? tell(error.code, error.message) : tell('unexpected', String(error)),
  );
});
