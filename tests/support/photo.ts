import sharp from 'sharp';

export interface PhotoOptions {
  width?: number;
  height?: number;
  /** Chooses hills and trees; the same seed gives the same photo. */
  seed?: number;
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * A landscape at sunset as a JPEG: something to look at in screenshots, and detail everywhere, so that a camera
 * move can be told from the pictures.
 */
export async function landscape({
  width = 1600,
  height = 1200,
  seed = 7,
}: PhotoOptions = {}): Promise<Buffer> {
  const random = randomNumbers(seed);
  const hills = [0.52, 0.62, 0.74, 0.86].map((top, depth) => hill(random, { width, height, top, depth }));
  const stars = Array.from({ length: 70 }, () => {
    const [x, y, r] = [random() * width, random() * height * 0.45, 1.5 + random() * 5];
    return `<circle cx="${x.toFixed()}" cy="${y.toFixed()}" r="${r.toFixed(1)}" fill="#fff3d6" opacity="${(0.3 + random() * 0.6).toFixed(2)}"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <defs><linearGradient id="sky" x2="0" y2="1"><stop stop-color="#1d2b64"/><stop offset=".55" stop-color="#f8a170"/>
    <stop offset="1" stop-color="#ffd9a0"/></linearGradient></defs>
    <rect width="100%" height="100%" fill="url(#sky)"/>${stars.join('')}
    <circle cx="${width * 0.68}" cy="${height * 0.44}" r="${height * 0.09}" fill="#fff1c9"/>${hills.join('')}</svg>`;
  return sharp(Buffer.from(svg)).jpeg({ quality: 90 }).toBuffer();
}

interface Hill {
  width: number;
  height: number;
  /** Fraction of the height. */
  top: number;
  /** 0 is farthest. */
  depth: number;
}

function hill(random: () => number, { width, height, top, depth }: Hill): string {
  const waves = Array.from({ length: 4 }, () => ({ speed: 2 + random() * 12, shift: random() * 6.3 }));
  const ridge = (x: number): number =>
    height *
    (top +
      0.03 *
        waves.reduce((sum, wave, i) => sum + Math.sin((x / width) * wave.speed + wave.shift) / (i + 1), 0));
  const points: string[] = [];
  for (let x = 0; x <= width; x += width / 80) points.push(`${x.toFixed()},${ridge(x).toFixed()}`);
  const colour = ['#7a5c8e', '#574a7d', '#37375f', '#1d2340'][depth] ?? '#1d2340';
  const trees = Array.from({ length: 40 }, () => {
    const x = random() * width;
    const size = height * (0.012 + 0.014 * depth) * (0.6 + random() * 0.8);
    const y = ridge(x) + random() * height * 0.1;
    return `<path d="M${x.toFixed()} ${(y - 2.2 * size).toFixed()} l${(size * 0.6).toFixed()} ${(2.4 * size).toFixed()} h${(-1.2 * size).toFixed()}z"/>`;
  });
  return (
    `<polygon points="0,${height} ${points.join(' ')} ${width},${height}" fill="${colour}"/>` +
    `<g fill="${depth % 2 ? '#26304f' : '#454069'}" stroke="#ffb98a" stroke-opacity=".25">${trees.join('')}</g>`
  );
}
