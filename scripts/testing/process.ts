import { spawn, type ChildProcess } from 'node:child_process';

export interface Command {
  program: string;
  args: readonly string[];
  cwd: string;
  env?: Readonly<Record<string, string>>;
  /** Kept and given back, for what is only worth reading when it failed; else it goes straight to the screen. */
  quiet: boolean;
  timeoutMs: number;
}

export interface Ended {
  /** Undefined when it was killed. */
  exitCode: number | undefined;
  /** Why it did not end by itself. */
  failure: string | undefined;
  output: string;
  ms: number;
}

const running = new Set<ChildProcess>();

/** Runs a command to its end or to its time limit; nothing it has started survives it. Never throws. */
export function runCommand(command: Command): Promise<Ended> {
  const begun = performance.now();
  return new Promise((resolve) => {
    const child = spawn(command.program, command.args, {
      cwd: command.cwd,
      env: { ...withoutOurSettings(process.env), ...command.env },
      stdio: ['ignore', command.quiet ? 'pipe' : 'inherit', command.quiet ? 'pipe' : 'inherit'],
      // A process group of its own, so that all of it can be ended.
      detached: process.platform !== 'win32',
      shell: process.platform === 'win32',
    });
    running.add(child);
    const chunks: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
    let failure: string | undefined;
    const timer = setTimeout(() => {
      failure = `did not end within ${command.timeoutMs / 1000} s`;
      endGroup(child);
    }, command.timeoutMs);
    const ended = (exitCode: number | undefined): void => {
      clearTimeout(timer);
      running.delete(child);
      endGroup(child);
      resolve({
        exitCode,
        failure,
        output: Buffer.concat(chunks).toString(),
        ms: performance.now() - begun,
      });
    };
    child.once('error', (error) => {
      failure = error.message;
      ended(undefined);
    });
    child.once('exit', (code, signal) => {
      if (code === null) failure ??= `was ended by ${signal}`;
      // Output written just before the end is still on its way.
      setImmediate(ended, code ?? undefined);
    });
  });
}

/** Ends everything that is still running, for when the run itself is told to stop. */
export function endAll(): void {
  for (const child of running) endGroup(child);
}

function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nobody is left in it.
  }
}

/** A developer's own IMGVID_PORT or IMGVID_DATABASE_URL must not reach the tests; IMGVID_TEST_… is meant for them. */
function withoutOurSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !name.startsWith('IMGVID_') || name.startsWith('IMGVID_TEST_')),
  );
}
