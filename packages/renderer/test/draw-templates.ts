/** Prints a hash of every built-in design as it is drawn here: the same on every machine. */
import { createHash } from 'node:crypto';
import { prepareOverlay } from '../src/overlay/overlay.ts';
import { builtinDesigns } from '../src/overlay/templates.ts';

const frame = { width: 640, height: 360 };
const picture = new Uint8Array((frame.width * frame.height * 3) / 2).fill(120);
const texts = {
  title: 'Łódź 夏の مرحبا ✨ 👍🏽',
  subtitle: 'ภาษาไทย क्षत्रिय 여름',
  price: '₹1,299',
  cta: 'שלום',
};
const hash = createHash('sha256');
for (const { id } of builtinDesigns) {
  const clip = { frame, fps: 30, frameCount: 90, loop: false, camera: () => picture };
  const overlay = await prepareOverlay({ design: id, texts }, clip);
  for (const index of [12, 40]) hash.update(overlay.draw(picture, index));
  hash.update(overlay.settle(picture));
}
process.stdout.write(hash.digest('hex'));
