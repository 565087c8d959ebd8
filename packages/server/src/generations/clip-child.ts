import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ClipFacts } from '@imgvid/renderer';

export type ClipAnswer = { facts: ClipFacts } | { refused: string };

const script = fileURLToPath(new URL('./clip-process.ts', import.meta.url));
const timeoutMs = 60_000;

/** Reads a video in a process of its own, which also writes its first picture to `poster`. */
export function readClip(video: string, poster: string): Promise<ClipAnswer> {
  return new Promise((resolve) => {
    const child = fork(script, [], {
      execArgv: ['--max-old-space-size=512'],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: { PATH: process.env['PATH'], NODE_ENV: process.env['NODE_ENV'] },
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    let answer: ClipAnswer = { refused: 'The video ended the process that read it.' };
    child.on('message', (message: ClipAnswer) => {
      answer = message;
    });
    child.on('error', () => undefined);
    child.on('close', () => {
      clearTimeout(timer);
      resolve(answer);
    });
    child.send({ video, poster });
  });
}
