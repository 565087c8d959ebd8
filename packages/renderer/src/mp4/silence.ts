/**
 * A track of silence, written without an audio encoder: an AAC-LC frame (ISO/IEC 14496-3, 4.4.2) in which no band
 * has a line. It holds one channel pair with a common window, `max_sfb` 0 and neither pulses, noise shaping nor
 * gain control, then the end: 46 bits, of which only these are set.
 */
const SILENT_PAIR = Uint8Array.of(0b00100001, 0b00000000, 0b00000000, 0b00000000, 0b00000000, 0b00011100);

/** AudioSpecificConfig (1.6.2.1): AAC-LC, 48 kHz, two channels. */
const CONFIG = Uint8Array.of(0x11, 0x90);
const SAMPLE_RATE = 48_000;
const SAMPLES_A_FRAME = 1024;

export const silence = {
  frame: SILENT_PAIR,
  decoderConfig: { codec: 'mp4a.40.2', sampleRate: SAMPLE_RATE, numberOfChannels: 2, description: CONFIG },
  frameS: SAMPLES_A_FRAME / SAMPLE_RATE,
  /** As many frames as end no later than the picture. */
  frameCount: (durationS: number) => Math.floor((durationS * SAMPLE_RATE) / SAMPLES_A_FRAME + 1e-9),
};
