import { readFileSync } from 'node:fs';

/** The most memory this process has held so far. Not getrusage's: on Linux that begins with what its parent had. */
export function peakMb(): number {
  const status = process.platform === 'linux' ? readFileSync('/proc/self/status', 'latin1') : '';
  const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(status)?.[1];
  return (kilobytes === undefined ? process.resourceUsage().maxRSS : Number(kilobytes)) / 1024;
}
