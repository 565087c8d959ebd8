/** Decoded and at most maxOutputSide long: sRGB, 8 bits, rows from the top, as stored (not yet upright). */
export interface Pixels {
  data: Buffer;
  width: number;
  height: number;
  channels: 3 | 4;
}

/** What a decoder hands over. */
export interface Decoded {
  pixels: Pixels;
  /** EXIF's 1 to 8; 1 where the decoder has turned the photo already. */
  orientation: number;
  animated: boolean;
}
