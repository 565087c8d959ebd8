import { fork, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { Answer, Order, Pulse } from './messages.ts';

/** How a reading process ended while it was reading. */
export type Ending =
  | { kind: 'killed'; why: 'timeout' | 'memory' | 'canceled' }
  | { kind: 'died'; how: string; crashed: boolean };

export interface ReadingProcess {
  /** The answer, or how the process ended instead of one. Never throws. */
  order(order: Order, limits: Limits): Promise<Answer | Ending>;
  /** Resolves when the process is gone. */
  stop(): Promise<void>;
  readonly alive: boolean;
}

interface Limits {
  timeoutMs: number;
  maxRssBytes: number;
  signal: AbortSignal | undefined;
}

const watchMs = 25;
/** Signals by which a process ends through its own fault. */
const crashes = new Set(['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP', 'SIGSYS']);
/** What a process needs to run at all; nothing of the server's settings. */
const passed = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'LD_LIBRARY_PATH'];

export function startProcess(): ReadingProcess {
  const child = fork(new URL('./child.ts', import.meta.url), {
    env: { ...Object.fromEntries(passed.map((name) => [name, process.env[name]])), MALLOC_ARENA_MAX: '2' },
    execArgv: ['--max-old-space-size=256'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const gone = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', (error) => {
      if (child.pid === undefined) resolve({ code: null, signal: error.message });
    });
  });
  let alive = true;
  let killed = false;
  void gone.then(() => {
    alive = false;
  });
  // An idle process must not keep the server from ending.
  child.unref();
  child.channel?.unref();

  return {
    get alive() {
      return alive && !killed && child.connected;
    },
    async order(order, limits) {
      child.ref();
      child.channel?.ref();
      const watch = watchProcess(child, limits);
      try {
        const answer = new Promise<Answer>((resolve) => {
          watch.onMessage((message) => {
            if ('id' in message && message.id === order.id) resolve(message);
          });
        });
        child.send(order, (error) => {
          // Not delivered: the process is ending, and `gone` tells how.
          if (error) child.kill('SIGKILL');
        });
        const first = await Promise.race([answer, gone]);
        if ('id' in first) return first;
        if (watch.killedFor) return { kind: 'killed', why: watch.killedFor };
        return endingOf(first);
      } finally {
        watch.end();
        // The answer may have come just before the blow: the process is not to be used again all the same.
        killed ||= watch.killedFor !== undefined;
        child.unref();
        child.channel?.unref();
      }
    },
    async stop() {
      child.ref();
      if (alive) child.kill('SIGKILL');
      await gone;
    },
  };
}

function endingOf({ code, signal }: { code: number | null; signal: string | null }): Ending {
  // 134 is what a shell makes of SIGABRT: V8 out of memory, or an assertion of a library.
  const crashed = (signal !== null && crashes.has(signal)) || code === 134 || code === 139;
  return { kind: 'died', how: signal ?? `exit code ${code}`, crashed };
}

interface Watch {
  killedFor: 'timeout' | 'memory' | 'canceled' | undefined;
  onMessage(listener: (message: Answer | Pulse) => void): void;
  end(): void;
}

/** Ends the process when it is canceled, takes too long or grows too large: a decoder cannot be asked to stop. */
function watchProcess(child: ChildProcess, { timeoutMs, maxRssBytes, signal }: Limits): Watch {
  let listener: ((message: Answer | Pulse) => void) | undefined;
  const watch: Watch = {
    killedFor: undefined,
    onMessage(next) {
      listener = next;
    },
    end() {
      clearTimeout(timer);
      clearInterval(memory);
      signal?.removeEventListener('abort', onAbort);
      child.off('message', onMessage);
    },
  };
  const kill = (why: NonNullable<Watch['killedFor']>): void => {
    watch.killedFor ??= why;
    child.kill('SIGKILL');
  };
  const check = (rssBytes: number): void => {
    if (rssBytes > maxRssBytes) kill('memory');
  };
  const onMessage = (message: Answer | Pulse): void => {
    if (!('id' in message)) check(message.rssBytes);
    listener?.(message);
  };
  const onAbort = (): void => kill('canceled');
  const timer = setTimeout(() => kill('timeout'), timeoutMs);
  const memory = setInterval(() => {
    if (process.platform === 'linux' && child.pid !== undefined) void rssOf(child.pid).then(check);
  }, watchMs);
  child.on('message', onMessage);
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted) onAbort();
  return watch;
}

async function rssOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'latin1').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
}
