import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { unpackChromium, type UnpackedChromium } from './chromium-from-npm.ts';

/** How to start a browser; playwright-core and puppeteer-core both take these names as launch options. */
export interface TestBrowser {
  executablePath: string;
  args: string[];
  env: Record<string, string>;
  /** Where it was found: named by IMGVID_TEST_BROWSER, installed on the machine, or out of a package. */
  from: 'environment' | 'machine' | 'npm';
}

type Environment = Readonly<Record<string, string | undefined>>;

const args = [
  // The browser opens nothing but our own pages; as root, and in most containers, there is no sandbox to have.
  '--no-sandbox',
  '--disable-setuid-sandbox',
  // The same letter shapes on every machine.
  '--font-render-hinting=none',
  '--autoplay-policy=no-user-gesture-required',
  // Nothing of ours needs WebGL, and an imitated graphics card costs eight times what drawing without one does.
  '--disable-gpu',
];

/**
 * A Chrome or Chromium for tests: the one IMGVID_TEST_BROWSER names, else one installed on this machine, else
 * Chromium out of the npm package @sparticuz/chromium (Linux on x64), unpacked once.
 * @throws Error that tells what to install where there is none.
 */
export async function findTestBrowser(env: Environment = process.env): Promise<TestBrowser> {
  const inherited = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const named = env['IMGVID_TEST_BROWSER'];
  if (named) {
    if (isExecutable(named)) return { executablePath: named, args, env: inherited, from: 'environment' };
    throw new Error(`IMGVID_TEST_BROWSER names ${named}, which is no program that can be run.`);
  }
  const installed = candidates(process.platform, env).find(isExecutable);
  if (installed) return { executablePath: installed, args, env: inherited, from: 'machine' };
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `No Chrome or Chromium found, and npm has one for Linux on x64 only (this is ${process.platform} on ` +
        `${process.arch}). Install Chrome, or name a browser with IMGVID_TEST_BROWSER.`,
    );
  }
  const unpacked = await unpackChromium();
  return {
    executablePath: unpacked.executablePath,
    args,
    env: { ...inherited, ...npmBrowserEnvironment(unpacked, inherited) },
    from: 'npm',
  };
}

function candidates(platform: NodeJS.Platform, env: Environment): string[] {
  if (platform === 'darwin') {
    const inside = ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
      (name) => `Applications/${name}.app/Contents/MacOS/${name}`,
    );
    return ['/', homedir()].flatMap((root) => inside.map((path) => join(root, path)));
  }
  if (platform === 'win32') {
    const roots = [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']];
    const inside = ['Google/Chrome/Application/chrome.exe', 'Microsoft/Edge/Application/msedge.exe'];
    return roots.flatMap((root) => (root ? inside.map((path) => join(root, path)) : []));
  }
  const names = ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser'];
  return [
    ...['/usr/bin', '/usr/local/bin', '/snap/bin'].flatMap((folder) =>
      names.map((name) => join(folder, name)),
    ),
    '/opt/google/chrome/chrome',
  ];
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * The machine's own NSS and expat where it has them, else those that came with the browser; and fonts that are
 * the same everywhere, for a bare machine has none and pictures of it would show no letters.
 */
function npmBrowserEnvironment(
  { executablePath, libraries, fontConfig }: UnpackedChromium,
  env: Record<string, string>,
): Record<string, string> {
  const fonts = { FONTCONFIG_FILE: fontConfig };
  const own = { LD_LIBRARY_PATH: [libraries, env['LD_LIBRARY_PATH']].filter(Boolean).join(':') };
  const complaints: string[] = [];
  for (const extra of [fonts, { ...fonts, ...own }]) {
    const tried = spawnSync(executablePath, ['--version'], { env: { ...env, ...extra }, timeout: 30_000 });
    if (tried.status === 0) return extra;
    complaints.push(tried.error?.message ?? tried.stderr.toString().trim());
  }
  throw new Error(
    `Chromium from npm does not run here (${complaints.join('; ')}). ` +
      'Install Chrome, or name a browser with IMGVID_TEST_BROWSER.',
  );
}
