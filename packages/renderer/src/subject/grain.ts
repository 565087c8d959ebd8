/** Noise that looks the same in every frame of a clip, for it is part of the picture: -1..1, the same each time. */
export function noise(i: number): number {
  let mixed = Math.imul(i ^ 0x9e3779b9, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2147483648 - 1;
}

/** How grainy a picture is: the usual difference to a pixel's neighbours, where it is not `taken`. */
export function grainOf(rgb: Uint8Array, taken: (pixel: number) => boolean): number {
  let [sum, count] = [0, 0];
  for (let i = 1; i < rgb.length / 3 - 1; i += 7) {
    if (taken(i) || taken(i - 1) || taken(i + 1)) continue;
    const at = (k: number): number => rgb[3 * k + 1] ?? 0;
    sum += Math.abs(at(i) - (at(i - 1) + at(i + 1)) / 2);
    count++;
  }
  return count === 0 ? 0 : Math.min(4, (1.5 * sum) / count);
}
