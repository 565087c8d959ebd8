import { FrameCollector } from './collector.ts';
import type { Codec, CodedVideo, EncoderSettings } from './encoder.ts';

/**
 * x264, High profile, without reordering. Its `quantizer` mode is CRF 23 with settings near `superfast`; it cannot
 * be told another, and ignores a quantizer per frame. With a bit rate it keeps to that instead.
 */
export const h264: Codec<CodedVideo> = {
  name: 'x264 (@napi-rs/webcodecs)',
  keyEveryS: 2,
  collector: () => new FrameCollector(),
  config: (settings) => ({
    codec: codecString(settings),
    width: settings.width,
    height: settings.height,
    framerate: settings.fps,
    ...(settings.bitrate === undefined
      ? { bitrateMode: 'quantizer' as const }
      : { bitrateMode: 'variable' as const, bitrate: settings.bitrate }),
    latencyMode: 'quality',
    hardwareAcceleration: 'prefer-software',
    avc: { format: 'annexb' },
  }),
};

/** H.264 High at the lowest level (ITU-T H.264, table A-1) that allows the size and rate. */
function codecString({ width, height, fps }: EncoderSettings): string {
  const macroblocks = Math.ceil(width / 16) * Math.ceil(height / 16);
  const levels = [
    [30, 1620, 40_500],
    [31, 3600, 108_000],
    [32, 5120, 216_000],
    [40, 8192, 245_760],
    [42, 8704, 522_240],
    [50, 22_080, 589_824],
  ] as const;
  const fits = levels.find(([, size, rate]) => macroblocks <= size && macroblocks * fps <= rate);
  return `avc1.6400${(fits?.[0] ?? 51).toString(16).padStart(2, '0')}`;
}
