import { RenderError } from '../errors.ts';
import { lengthPrefixed, NAL, nalType, splitAnnexB } from '../mp4/nal.ts';
import { withBt709 } from '../mp4/sps.ts';
import type { CodedFrame, CodedVideo, Collector } from './encoder.ts';

/** Gathers coded pictures; the parameter sets go aside, and what only informs (the encoder's banner) goes away. */
export class FrameCollector implements Collector<CodedVideo> {
  readonly frames: CodedFrame[] = [];
  #sequence: Uint8Array | null = null;
  #picture: Uint8Array | null = null;

  /** One access unit of an Annex B stream. */
  add(accessUnit: Uint8Array): void {
    const slices: Uint8Array[] = [];
    for (const unit of splitAnnexB(accessUnit)) {
      const type = nalType(unit);
      if (type === NAL.sequence) this.#sequence ??= withBt709(unit);
      else if (type === NAL.picture) this.#picture ??= unit.slice();
      else if (type >= NAL.slice && type <= NAL.idr) slices.push(unit);
    }
    if (slices.length === 0) return;
    const key = slices.every((slice) => nalType(slice) === NAL.idr);
    this.frames.push({ data: lengthPrefixed(slices), key });
  }

  /** Everything, once the stream has ended. */
  video(expectedFrames: number): CodedVideo {
    if (!this.#sequence || !this.#picture || this.frames.length !== expectedFrames)
      throw new RenderError(
        'encoder_failed',
        `The encoder gave ${this.frames.length} of ${expectedFrames} frames.`,
      );
    return { frames: this.frames, sequence: this.#sequence, picture: this.#picture };
  }
}
